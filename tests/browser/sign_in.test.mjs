// The door of the console: who comes in, what is said to who does not, and where it leads.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { addAccount, signIn } from './account.mjs';
import { alert } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

describe('the door', () => {
  const say = words('ar');
  let scene;
  before(async () => { scene = await Scene.set(); });
  after(() => scene?.end());

  it('keeps the login and says what is wrong, and the overview in Arabic follows the right password', async () => {
    const page = await scene.stranger();
    await page.goto('/console');
    assert.equal(new URL(page.url()).pathname, '/console/sign-in');
    await signIn(page, { ...scene.anna, password: 'not the right password', code: () => '000000' });
    assert.notEqual(await alert(page), '');
    assert.equal(await page.getByLabel(say('login')).inputValue(), 'anna');
    assert.equal(await page.getByLabel(say('password')).inputValue(), '');
    await signIn(page, scene.anna);
    await page.getByRole('heading', { level: 1, name: say('overview-title') }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/console');
    const html = page.locator('html');
    assert.deepEqual([await html.getAttribute('lang'), await html.getAttribute('dir')], ['ar', 'rtl']);
  });

  it('leads back to the address that was asked for, and nowhere else', async () => {
    const [bert, cleo] = [await addAccount(scene.centre, { login: 'bert' }), await addAccount(scene.centre, { login: 'cleo' })];
    const page = await scene.stranger();
    await page.goto('/console/families?governorate=JED&page=1');
    await signIn(page, bert);
    await page.waitForURL('/console/families?governorate=JED&page=1');
    const other = await scene.stranger();
    await other.goto('/console/sign-in?next=https%3A%2F%2Fexample.org%2Fconsole');
    await signIn(other, cleo);
    await other.waitForURL('/console');
  });

  it('is behind whoever signs out', async () => {
    const page = await scene.stranger();
    await page.goto('/console');
    const dina = await addAccount(scene.centre, { login: 'dina' });
    await signIn(page, dina);
    await page.getByRole('button', { name: say('sign-out') }).click();
    await page.waitForURL('/console/sign-in');
    await page.goto('/console/families');
    assert.equal(new URL(page.url()).pathname, '/console/sign-in');
    const kept = await page.context().cookies();
    assert.equal(kept.some((cookie) => cookie.name === '__Host-usra-session'), false);
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
