// A national id in full on screen: once, for a reason that is kept, within the areas of the account.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { addAccount } from './account.mjs';
import { enrolPhone } from './phone.mjs';
import { said, statusAfter } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

const ID = '9000000001';

describe('a sealed value', () => {
  const say = words('en');
  let scene, family, household, page;
  before(async () => {
    scene = await Scene.set(async (set) => {
      const phone = await enrolPhone(set.centre, { name: 'Noura' });
      family = await phone.register('family', { name_ar: 'خوص', governorate: 'JED' });
      household = await phone.register('household', { 'member/a/name': 'نورة' }, family);
      await phone.seal(household, 'member/a/national_id', ID);
      await phone.sync();
      page = await set.visit(set.anna);
    });
  });
  after(() => scene?.end());

  const readings = async () => {
    const noted = await scene.centre.usra('audit', 'show');
    return noted.filter((row) => row.action === 'sealed.read');
  };
  const open = async () => {
    await page.goto(`/console/families/${family}`);
    const section = page.locator('section').filter({ hasText: `…${ID.slice(-4)}` });
    await section.getByText(say('reveal-title')).click();
    return section;
  };

  it('is shown by its last digits alone, and in full to nobody without a reason', async () => {
    const section = await open();
    assert.equal((await page.content()).includes(ID), false);
    await section.getByRole('textbox', { name: say('reason') }).fill('  ');
    assert.equal(await statusAfter(page, () => section.getByRole('button', { name: say('reveal'), exact: true }).click()), 422);
    await page.getByText(say('reason-wrong')).waitFor();
    assert.deepEqual(await readings(), []);
  });

  it('is shown in full for a reason, and the reading is noted', async () => {
    const section = await open();
    await section.getByRole('textbox', { name: say('reason') }).fill('The permit office asks');
    await section.getByRole('button', { name: say('reveal'), exact: true }).click();
    await page.getByText(ID).waitFor();
    assert.equal(await said(page), say('revealed'));
    assert.equal((await readings()).length, 1);
    assert.equal(page.url().includes(ID), false);
  });

  it('is there for nobody of another governorate, and for no partner', async () => {
    const there = [
      await addAccount(scene.centre, { login: 'elsewhere', area: 'TIF' }),
      await addAccount(scene.centre, { login: 'partner', role: 'partner' }),
    ];
    for (const account of there) {
      const theirs = await scene.visit(account);
      await theirs.goto('/console');
      const status = await theirs.evaluate(
        (at) => fetch(at, { method: 'POST', body: new URLSearchParams({ key: 'member/a/national_id', reason: 'mine' }) }).then((answer) => answer.status),
        `/console/records/${household}/sealed`,
      );
      assert.equal(status, 404, account.login);
    }
    assert.equal((await readings()).length, 1);
  });
});
