// What holds of every page in both languages: people can use it, it fits a phone, it is light, and its headers keep others out.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { barriers, bringAxe } from './barriers.mjs';
import { faultPages, wrongPassword } from './fault_pages.mjs';
import { DOOR, everyPage, furnish } from './pages.mjs';
import { statusAfter } from './room.mjs';
import { Scene, readIn } from './scene.mjs';
import { words } from './words.mjs';

/** What the overview may weigh when nothing of it is in the cache. */
const LIGHT = 150_000;
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 800 };
/** Each language, scheme and width with each of the others. */
const READERS = [['ar', 'light', PHONE], ['ar', 'dark', DESK], ['en', 'dark', PHONE], ['en', 'light', DESK]];
const POLICY = ["default-src 'none'", "script-src 'self'", "form-action 'self'", "frame-ancestors 'none'"];

/** Whether it is kept by no cache and framed by no other page. */
function headerFaults(answer) {
  const { 'cache-control': cache, 'content-security-policy': policy = '' } = answer.headers();
  const lacking = POLICY.filter((rule) => !policy.includes(rule)).map((rule) => `no ${rule}`);
  return cache === 'no-store' ? lacking : [...lacking, `cache-control: ${cache}`];
}

/** Whether it is told in the reader's language and fits the reader's window. */
async function shapeFaults(page, { lang, viewport }) {
  const seen = await page.evaluate(() => {
    const { lang: told, dir } = document.documentElement;
    return { told, dir, wide: document.scrollingElement.scrollWidth };
  });
  const direction = lang === 'ar' ? 'rtl' : 'ltr';
  return [
    ...(seen.told === lang && seen.dir === direction ? [] : [`told in ${seen.told}, ${seen.dir}`]),
    ...(seen.wide > viewport.width ? [`${seen.wide} px wide`] : []),
  ];
}

describe('every page', () => {
  let scene, furniture;
  before(async () => {
    scene = await Scene.set(async (set) => { furniture = await furnish(set.centre); });
  });
  after(() => scene?.end());

  /** Looks at each page as a reader has it, and says what is wrong with which. */
  const faultsOf = async (options) => {
    const found = [];
    const [inside, outside] = [await scene.visit(scene.anna, options), await scene.stranger(options)];
    for (const [page, rooms] of [[inside, everyPage(furniture)], [outside, DOOR]]) {
      await bringAxe(page.context());
      for (const [name, path] of rooms) {
        const answer = await page.goto(path);
        const faults = [...headerFaults(answer), ...(await shapeFaults(page, options)), ...(await barriers(page))];
        found.push(...faults.map((fault) => `${name}: ${fault}`));
      }
      await page.context().close();
    }
    return found;
  };

  for (const [lang, colorScheme, viewport] of READERS) {
    it(`can be used by everybody: ${lang}, ${colorScheme}, ${viewport.width} px wide`, async () => {
      assert.deepEqual(await faultsOf({ lang, colorScheme, viewport }), []);
    });
  }

  it('can be used when it tells of a fault, and changes its language there', async () => {
    const say = words('ar');
    const page = await scene.visit(scene.anna, { lang: 'ar', viewport: PHONE });
    await bringAxe(page.context());
    const found = [];
    for (const [path, steps] of Object.entries(faultPages(say, furniture))) {
      await readIn(page, 'ar');
      await page.goto(path);
      assert.equal(await statusAfter(page, () => steps(page)), 422, path);
      found.push(...(await barriers(page)).map((barrier) => `${path}: ${barrier}`));
      const status = await statusAfter(page, () => page.getByRole('button', { name: 'English' }).click());
      if (status !== 200) found.push(`${path}: ${status} when the language is changed`);
    }
    assert.deepEqual(found, []);
  });

  it('can be used when it lets nobody in, and changes its language there', async () => {
    const page = await scene.stranger({ lang: 'ar', viewport: PHONE });
    await bringAxe(page.context());
    await wrongPassword(page, 'ar');
    await page.getByRole('alert').waitFor();
    assert.deepEqual(await barriers(page), []);
    await page.getByRole('button', { name: 'English' }).click();
    await page.waitForURL('/console/sign-in?next=%2Fconsole%2Ffamilies');
  });

  it('is light: the overview with an empty cache', async () => {
    for (const lang of ['ar', 'en']) {
      const page = await scene.visit(scene.anna, { lang });
      const requests = [];
      page.on('requestfinished', (request) => requests.push(request));
      await page.goto('/console', { waitUntil: 'networkidle' });
      const sizes = await Promise.all(requests.map((request) => request.sizes()));
      const weight = sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
      assert.ok(weight < LIGHT, `${lang}: ${weight} bytes in ${requests.length} answers`);
    }
  });

  it('keeps its filter when the language changes', async () => {
    const page = await scene.visit(scene.anna, { lang: 'ar' });
    await page.goto('/console/families?governorate=JED&standing=counted');
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('html[lang="en"]').waitFor();
    const { pathname, searchParams } = new URL(page.url());
    assert.equal(pathname, '/console/families');
    assert.deepEqual(Object.fromEntries(searchParams), { governorate: 'JED', standing: 'counted' });
    assert.equal(await page.getByRole('combobox', { name: 'Governorate' }).inputValue(), 'JED');
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
