// A person's account for the console, made as the operator makes it, and their way through the door.

import { codeNow } from './totp.mjs';
import { words } from './words.mjs';

/** Makes one. Whoever sees the whole region sees the area SA-02. */
export async function addAccount(centre, { login, name = login, role = 'staff', area = 'SA-02' }) {
  const made = await centre.usra('staff', 'add', '--login', login, '--role', role, '--area', area, '--name', name);
  return { login, name, role, password: made.password, code: () => codeNow(made.otpauth_url) };
}

/** Fills in the door's form and sends it. A code is good once: who signed in waits for the next before they do so again. */
export async function signIn(page, account, lang = 'ar') {
  const say = words(lang);
  await page.getByLabel(say('login')).fill(account.login);
  await page.getByLabel(say('password')).fill(account.password);
  await page.getByLabel(say('totp')).fill(account.code());
  await page.getByRole('button', { name: say('sign-in'), exact: true }).click();
}
