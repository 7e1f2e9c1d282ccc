// What a file of tests plays on: a centre with families, a browser, and people who are signed in once each.

import { addAccount, signIn } from './account.mjs';
import { launch, openContext } from './browser.mjs';
import { startCentre } from './centre.mjs';

/** Lets a page's reader read in a language, as pressing its button does. */
export function readIn(page, lang) {
  return page.context().addCookies([{ name: 'usra-lang', value: lang, domain: '127.0.0.1', path: '/console' }]);
}

export class Scene {
  /** What pages did that none may. */
  faults = [];
  #states = new Map();

  /** Sets one, with an account `anna` that sees the whole region. `furnish` puts more into it; it ends when that fails. */
  static async set(furnish = async () => {}) {
    const scene = new Scene();
    try {
      scene.centre = await startCentre();
      scene.browser = await launch();
      scene.anna = await addAccount(scene.centre, { login: 'anna', name: 'Anna' });
      await furnish(scene);
      return scene;
    } catch (error) {
      await scene.end();
      throw error;
    }
  }

  /** A page of nobody. */
  async stranger({ lang, ...options } = {}) {
    const context = await openContext(this.browser, this.centre.url, this.faults, options);
    const page = await context.newPage();
    if (lang) await readIn(page, lang);
    return page;
  }

  /** A page of a person who is signed in, in English unless told. */
  async visit(account, { lang = 'en', ...options } = {}) {
    const storageState = await this.#signedIn(account);
    return this.stranger({ lang, storageState, ...options });
  }

  /** What the browser keeps of a person who signed in: the door is passed once, since a code is good once. */
  async #signedIn(account) {
    if (!this.#states.has(account.login)) {
      const page = await this.stranger();
      await page.goto('/console/sign-in');
      await signIn(page, account);
      await page.waitForURL('/console');
      this.#states.set(account.login, await page.context().storageState());
      await page.context().close();
    }
    return this.#states.get(account.login);
  }

  /** Stops everything. */
  async end() {
    await this.browser?.close();
    await this.centre?.stop();
  }
}
