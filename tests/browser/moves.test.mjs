// A family moves to another area and a surveyor's phone to other areas: phones hear it with their next sync.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { addAccount } from './account.mjs';
import { enrolPhone } from './phone.mjs';
import { alert, said, statusAfter } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

describe('a move', () => {
  const say = words('en');
  let scene, page, jeddah, taif, supervisor, here, there;
  before(async () => {
    scene = await Scene.set(async (set) => {
      jeddah = await addAccount(set.centre, { login: 'jeddah', area: 'JED' });
      taif = await addAccount(set.centre, { login: 'taif', area: 'TIF' });
      [here, there] = [await enrolPhone(set.centre, { name: 'First phone' }), await enrolPhone(set.centre, { name: 'Second phone', area: 'TIF' })];
      supervisor = await enrolPhone(set.centre, { name: 'Both', role: 'supervisor', area: 'JED,TIF' });
      for (const phone of [here, there, supervisor]) await phone.sync();
      page = await set.visit(set.anna);
    });
  });
  after(() => scene?.end());

  const holds = async (phone, family) => {
    await phone.sync();
    return (await phone.families()).includes(family);
  };
  const row = (name) => page.getByRole('row').filter({ hasText: name });

  it('of a family takes it from the phones of its area and brings it to those of the new one', async () => {
    const [family] = await here.families();
    await page.goto(`/console/families/${family}/move`);
    await page.getByRole('combobox', { name: say('move-to') }).selectOption('TIF');
    await page.getByRole('button', { name: say('move'), exact: true }).click();
    assert.equal(await said(page), say('said-moved'));
    assert.deepEqual([await holds(here, family), await holds(there, family)], [false, true]);
    const noted = (await scene.centre.usra('audit', 'show')).filter((row) => row.action === 'record.move');
    assert.equal(noted.length, 1);
  });

  it('to where the family lives is refused in words', async () => {
    const [family] = await here.families();
    await page.goto(`/console/families/${family}/move`);
    const status = await statusAfter(page, () => page.getByRole('button', { name: say('move'), exact: true }).click());
    assert.equal(status, 422);
    assert.equal(await alert(page), say('move-fault-area'));
  });

  it('is for those in whose areas both places lie', async () => {
    const [[inside], [outside]] = [await here.families(), await there.families()];
    const own = await scene.visit(jeddah);
    assert.equal((await own.goto(`/console/families/${outside}/move`)).status(), 404);
    await own.goto(`/console/families/${inside}/move`);
    const areas = await own.getByRole('combobox', { name: say('move-to') }).locator('option').evaluateAll((options) => options.map((one) => one.value));
    assert.ok(areas.length > 1 && areas.every((code) => code.startsWith('JED')), areas.join());
    await own.evaluate(() => { document.querySelector('[name=area] option:checked').value = 'TIF'; });
    const status = await statusAfter(own, () => own.getByRole('button', { name: say('move'), exact: true }).click());
    assert.equal(status, 422);
    assert.ok(await holds(here, inside));
  });

  it('of a phone takes its areas from it and gives it others', async () => {
    const [family] = await there.families();
    const [kept] = await here.families();
    assert.ok(!(await holds(here, family)));
    await page.goto('/console/devices');
    await row('First phone').getByRole('link', { name: say('device-assign-do') }).click();
    await page.getByLabel(/All of .*Jeddah/).uncheck();
    assert.equal(await statusAfter(page, () => page.getByRole('button', { name: say('reassign') }).click()), 422);
    assert.equal(await alert(page), say('reassign-none'));
    await page.getByText('Taif', { exact: true }).click();
    await page.getByLabel(/All of .*Taif/).check();
    await page.getByRole('button', { name: say('reassign') }).click();
    assert.equal(await said(page), say('said-reassigned'));
    assert.match(await row('First phone').innerText(), /Taif/);
    assert.deepEqual([await holds(here, family), await holds(here, kept)], [true, false]);
    const actions = (await scene.centre.usra('audit', 'show')).map((one) => one.action);
    assert.ok(actions.includes('assign') && actions.includes('unassign'), actions.join());
  });

  it('of a phone that works elsewhere too is not for who sees a part of it', async () => {
    for (const account of [jeddah, taif]) {
      const own = await scene.visit(account);
      assert.equal((await own.goto(`/console/devices/${supervisor.id}/areas`)).status(), 404, account.login);
      await own.goto('/console/devices');
      const link = own.getByRole('row').filter({ hasText: 'Both' }).getByRole('link', { name: say('device-assign-do') });
      assert.equal(await link.count(), 0, 'no link leads to where there is nothing');
    }
    const own = await scene.visit(taif);
    await own.goto(`/console/devices/${there.id}/areas`);
    await own.evaluate(() => { document.querySelector('[name=area][value=TIF]').value = 'JED'; });
    assert.equal(await statusAfter(own, () => own.getByRole('button', { name: say('reassign') }).click()), 404);
    assert.ok((await there.families()).length > 0);
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
