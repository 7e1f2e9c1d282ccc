// Needs: where they wait, whom they are assigned to, how long they took, and that partners see none of it.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { addAccount } from './account.mjs';
import { openDoors } from './doors.mjs';
import { enrolPhone } from './phone.mjs';
import { alert, numberOf, said, statusAfter, total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

describe('a need', () => {
  const say = words('en');
  let scene, phone, family, page;
  before(async () => {
    scene = await Scene.set(async (set) => {
      phone = await enrolPhone(set.centre, { name: 'Noura' });
      await phone.sync();
      [family] = await phone.families();
      page = await set.visit(set.anna);
    });
  });
  after(() => scene?.end());

  const here = () => `/console/needs/${family}/n1`;
  const assign = (agency) => {
    return statusAfter(page, async () => {
      await page.getByRole('combobox', { name: say('agency'), exact: true }).selectOption(agency);
      await page.getByRole('button', { name: say('need-assign'), exact: true }).click();
    });
  };
  const assigned = async (agency) => {
    await page.goto(`/console/needs?stage=open&agency=${agency}`);
    return total(page);
  };

  it('is counted where the rows behind the number are', async () => {
    for (const path of ['/console/needs', '/console/needs?governorate=JED']) {
      const { doors, wrong } = await openDoors(page, path);
      assert.deepEqual([wrong, doors > 10], [[], true], path);
    }
  });

  it('is found by what it is', async () => {
    await page.goto('/console/needs?governorate=JED&priority=1&stage=open');
    const urgent = await total(page);
    const rows = await page.getByRole('table').last().locator('tbody tr').allInnerTexts();
    assert.equal(rows.length, urgent);
    assert.ok(rows.every((row) => row.includes('Jeddah') && row.includes('Urgent')), rows.join('\n'));
    await page.goto('/console/needs?colour=red');
    assert.match(await alert(page), /colour/);
  });

  it('is assigned to an agency and to none, which is told and reaches the field', async () => {
    const before = await assigned('KACST');
    await page.goto(`/console/families/${family}`);
    await page.getByRole('link', { name: say('need-open'), exact: true }).first().click();
    await page.waitForURL(here());
    assert.equal(await assign('KACST'), 200);
    assert.equal(await said(page), say('said-assigned'));
    assert.equal(await assigned('KACST'), before + 1);
    await phone.sync();
    const household = (await phone.households()).find((one) => one.family === family);
    assert.equal((await phone.show(household.id)).fields['need/n1/agency'], 'KACST');
    await page.goto(here());
    assert.equal(await assign('KACST'), 422);
    assert.equal(await alert(page), say('need-same'));
    assert.equal(await assign('-'), 200);
    assert.equal(await assigned('KACST'), before);
  });

  it('that was served tells how long it took', async () => {
    await page.goto('/console/needs');
    const row = page.getByRole('table').nth(1).getByRole('row').filter({ hasText: 'Social Development Bank' });
    const cells = await row.getByRole('cell').allInnerTexts();
    assert.equal(cells.length, 5);
    assert.ok(numberOf(cells[4]) > 0, cells.join());
  });

  it('is read with a row in the audit', async () => {
    const noted = await scene.centre.usra('audit', 'show');
    assert.ok(noted.some((row) => row.action === 'needs.read'));
    assert.equal(noted.filter((row) => row.action === 'need.assign' && row.detail.agency === 'KACST').length, 1);
  });

  it('is seen by no partner and by nobody of another governorate', async () => {
    const partner = await scene.visit(await addAccount(scene.centre, { login: 'partner', role: 'partner' }));
    for (const path of ['/console/needs', here()]) assert.equal((await partner.goto(path)).status(), 404, path);
    await partner.goto('/console/families?provider=SDB');
    const all = await total(partner);
    await partner.goto('/console/families');
    assert.equal(all, await total(partner), 'what it asks of households is not heard');
    const taif = await scene.visit(await addAccount(scene.centre, { login: 'taif', area: 'TIF' }));
    assert.equal((await taif.goto(here())).status(), 404);
    await taif.goto('/console/needs?governorate=JED');
    assert.equal(await total(taif), 0);
    const answer = await taif.evaluate(async (to) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return (await fetch(to, { method: 'POST', headers, body: 'agency=SDB' })).status;
    }, here());
    assert.equal(answer, 404);
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
