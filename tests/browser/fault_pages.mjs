// The pages that tell what is wrong with what was typed: how a person comes to each.

import { signIn } from './account.mjs';
import { FIELD } from './disagreement.mjs';

/** Blanks: the browser lets them through, the centre does not. */
const NOTHING = '   ';

/** Types something into a field of a form and sends it. */
async function send(page, [field, text], button) {
  await page.getByRole('textbox', { name: field }).fill(text);
  await page.getByRole('button', { name: button, exact: true }).click();
}

/** Each by the address of its form, with the steps that lead on from there in a language. */
export function faultPages(say, { family, held }) {
  const reveal = async (page) => {
    await page.getByText(say('reveal-title')).click();
    await send(page, [say('reason'), NOTHING], say('reveal'));
  };
  const takeOut = async (page) => {
    await page.getByText(say('export'), { exact: true }).click();
    await page.getByLabel(say('take-out-personal')).check();
    await page.getByRole('button', { name: say('take-out-begin') }).click();
  };
  return {
    '/console/families': takeOut,
    [`/console/families/${family}`]: reveal,
    [`/console/records/${family}?key=mobile`]: reveal,
    [`/console/records/${family}?key=${FIELD}`]: (page) => send(page, [say('resolve-value'), 'many'], say('resolve')),
    [`/console/licences/${family}/l1`]: async (page) => {
      await page.getByRole('combobox', { name: say('licence-state'), exact: true }).selectOption('expired');
      await page.getByRole('combobox', { name: say('licence-agency') }).selectOption('MOMAH');
      await send(page, [say('reason'), NOTHING], say('licence-decide'));
    },
    [`/console/needs/${family}/n1`]: (page) => page.getByRole('button', { name: say('need-assign'), exact: true }).click(),
    [`/console/held/${held.record}/${held.change}`]: async (page) => {
      await page.getByLabel(say('held-reject')).check();
      await send(page, [say('reason'), NOTHING], say('held-decide'));
    },
    ['/console/enrol']: (page) => send(page, [say('enrol-name'), NOTHING], say('enrol-make')),
    [`/console/families/${family}/move`]: (page) => page.getByRole('button', { name: say('move'), exact: true }).click(),
  };
}

/** The door, when nobody was let in. */
export async function wrongPassword(page, lang) {
  await page.goto('/console/sign-in?next=%2Fconsole%2Ffamilies');
  await signIn(page, { login: 'nobody', password: 'not a password', code: () => '000000' }, lang);
}
