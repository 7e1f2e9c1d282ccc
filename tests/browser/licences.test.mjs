// Licences: the numbers and their rows, the decision on one with the points of a kitchen, and what is required of whom.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { addAccount } from './account.mjs';
import { openDoors } from './doors.mjs';
import { enrolPhone } from './phone.mjs';
import { alert, numberOf, said, statusAfter, total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

const POINTS = 7;
const KITCHEN = { type: 'HOM', number: '90000042' };

describe('a licence', () => {
  const say = words('en');
  let scene, family, supervisor, page;
  before(async () => {
    scene = await Scene.set(async (set) => {
      const phone = await enrolPhone(set.centre, { name: 'Noura' });
      supervisor = await enrolPhone(set.centre, { name: 'Huda', role: 'supervisor' });
      const licence = Object.fromEntries(Object.entries(KITCHEN).map(([field, value]) => [`licence/k1/${field}`, value]));
      family = await phone.register('family', { name_ar: 'معمول الليث', governorate: 'JED', primary_activity: 'FOOD-MAAM', ...licence });
      await phone.sync();
      page = await set.visit(set.anna);
    });
  });
  after(() => scene?.end());

  const here = () => `/console/licences/${family}/k1`;
  const decide = async ({ state, agency = 'MOMAH', reason = 'Inspected on the spot' }) => {
    await page.getByRole('combobox', { name: say('licence-state'), exact: true }).selectOption(state);
    await page.getByRole('combobox', { name: say('licence-agency') }).selectOption(agency);
    await page.getByRole('textbox', { name: say('reason') }).fill(reason);
    return statusAfter(page, () => page.getByRole('button', { name: say('licence-decide') }).click());
  };
  const lacking = async (reader) => {
    await reader.goto('/console/licences/required?governorate=JED');
    const row = reader.getByRole('row').filter({ hasText: 'Maamoul' });
    return numberOf(await row.getByRole('link').last().innerText());
  };

  it('is counted where the rows behind the number are', async () => {
    for (const path of ['/console/licences', '/console/licences?type=HOM&licence=30', '/console/licences?state=-']) {
      const { doors, wrong } = await openDoors(page, path);
      assert.deepEqual([wrong, doors > 4], [[], true], path);
    }
  });

  it('is listed with its number masked, and opens the family', async () => {
    await page.goto('/console/licences?type=HOM&governorate=JED&state=-');
    const row = page.getByRole('row').filter({ hasText: 'معمول الليث' });
    assert.ok(!(await page.content()).includes(KITCHEN.number));
    assert.match(await row.innerText(), new RegExp(say('masked')));
    await row.getByRole('link').first().click();
    await page.waitForURL(`/console/families/${family}`);
    await page.getByRole('link', { name: say('licence-open'), exact: true }).click();
    await page.waitForURL(here());
  });

  it('is not approved while points of the kitchen are open, and nothing typed is lost', async () => {
    await page.goto(here());
    const boxes = page.getByRole('checkbox');
    assert.equal(await boxes.count(), POINTS);
    for (const box of (await boxes.all()).slice(0, POINTS - 2)) await box.check();
    assert.equal(await decide({ state: 'valid' }), 422);
    const told = await alert(page);
    const open = await page.getByRole('checkbox', { checked: false }).evaluateAll((all) => all.map((box) => box.nextElementSibling.textContent));
    assert.equal(open.length, 2);
    for (const point of open) assert.ok(told.includes(point), `${told} names ${point}`);
    assert.equal(await page.getByRole('textbox', { name: say('reason') }).inputValue(), 'Inspected on the spot');
    assert.equal(await page.getByRole('combobox', { name: say('licence-agency') }).inputValue(), 'MOMAH');
  });

  it('takes a reason', async () => {
    assert.equal(await decide({ state: 'rejected', reason: '   ' }), 422);
    assert.equal(await alert(page), say('reason-wrong'));
  });

  it('is approved once all points are ticked, which its history keeps, and the supervisor hears it', async () => {
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    assert.equal(await decide({ state: 'valid' }), 200);
    assert.equal(await said(page), say('said-licence'));
    const [told] = await page.getByRole('listitem').all();
    assert.match(await told.innerText(), /Valid.*Municipalities.*: Inspected on the spot/s);
    assert.match(await told.innerText(), /Anna/);
    await supervisor.sync();
    assert.equal((await supervisor.show(family)).fields['official/licence/k1/state'], 'valid');
  });

  it('in the state that is chosen again is told to be so, and who did not see the last decision decides nothing', async () => {
    await page.goto(here());
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    assert.equal(await decide({ state: 'valid' }), 422);
    assert.equal(await alert(page), say('licence-same'));
    const late = await scene.visit(scene.anna);
    await late.goto(here());
    const before = await lacking(late);
    await late.goto(here());
    assert.equal(await decide({ state: 'suspended' }), 200);
    await late.getByRole('combobox', { name: say('licence-state'), exact: true }).selectOption('rejected');
    await late.getByRole('combobox', { name: say('licence-agency') }).selectOption('MOMAH');
    await late.getByRole('textbox', { name: say('reason') }).fill('too late');
    assert.equal(await statusAfter(late, () => late.getByRole('button', { name: say('licence-decide') }).click()), 422);
    assert.equal(await alert(late), say('licence-outdated'));
    assert.equal(await lacking(page), before + 1);
  });

  it('that is required is counted where the families behind the number are', async () => {
    const { doors, wrong } = await openDoors(page, '/console/licences/required');
    assert.deepEqual([wrong, doors > 5], [[], true]);
  });

  it('is decided on with a row of its own in the audit', async () => {
    const noted = (await scene.centre.usra('audit', 'show')).filter((row) => row.action === 'licence.decide' && row.by.kind !== 'server');
    assert.deepEqual(noted.map((row) => row.detail.state).filter((state) => state !== undefined).sort(), ['suspended', 'valid']);
  });

  it('of another governorate is as none, and a partner looks and does not decide', async () => {
    const taif = await scene.visit(await addAccount(scene.centre, { login: 'taif', area: 'TIF' }));
    assert.equal((await taif.goto(here())).status(), 404);
    await taif.goto('/console/licences?governorate=JED');
    assert.equal(await total(taif), 0);
    const partner = await scene.visit(await addAccount(scene.centre, { login: 'partner', role: 'partner' }));
    await partner.goto('/console/licences?type=HOM&governorate=JED');
    assert.ok((await total(partner)) > 0);
    assert.ok(!(await partner.content()).includes(KITCHEN.number));
    assert.equal(await partner.getByRole('link', { name: say('licence-open'), exact: true }).count(), 0);
    assert.equal((await partner.goto(here())).status(), 404);
    await partner.goto('/console');
    const answer = await partner.evaluate(async (to) => (await fetch(to, { method: 'POST' })).status, here());
    assert.equal(answer, 404);
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
