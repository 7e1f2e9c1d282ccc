// A family's page: what is masked, revealing it for a reason, verifying, and names that mean harm.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { enrolPhone } from './phone.mjs';
import { said, statusAfter } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

const HOSTILE = '<img src=x onerror=alert(1)>\u202eمقلوب';
const MOBILE = '+966500000777';

describe('a family', () => {
  const say = words('en');
  let scene, family, page;
  before(async () => {
    scene = await Scene.set(async (set) => {
      const phone = await enrolPhone(set.centre, { name: 'Noura' });
      family = await phone.register('family', { name_ar: HOSTILE, governorate: 'JED', mobile: MOBILE });
      await phone.sync();
      page = await set.visit(set.anna);
    });
  });
  after(() => scene?.end());

  const reveals = async () => {
    const noted = await scene.centre.usra('audit', 'show');
    return noted.filter((row) => row.action === 'sensitive.reveal');
  };
  const reveal = () => page.getByRole('button', { name: say('reveal'), exact: true }).click();

  it('is shown by its name as it was written, whatever is in it', async () => {
    for (const lang of ['ar', 'en']) {
      const reader = await scene.visit(scene.anna, { lang });
      await reader.goto('/console/families?governorate=JED');
      await reader.getByRole('link', { name: HOSTILE }).click();
      assert.equal(await reader.getByRole('heading', { level: 1 }).innerText(), HOSTILE);
      assert.equal(await reader.locator('main img').count(), 0);
      assert.equal(await reader.locator('h1 > bdi').count(), 1, 'the name turns nothing around but itself');
    }
  });

  it('shows sensitive values to nobody without a reason', async () => {
    await page.goto(`/console/families/${family}`);
    assert.equal((await page.content()).includes(MOBILE), false);
    await page.getByText(say('reveal-title')).click();
    const reason = page.getByRole('textbox', { name: say('reason') });
    await reveal();
    assert.equal(await reason.evaluate((field) => field.validity.valueMissing), true, 'the browser asks for a reason');
    await reason.fill('   ');
    assert.equal(await statusAfter(page, reveal), 422);
    const fault = page.locator(`#${await reason.getAttribute('aria-describedby')}`);
    assert.equal(await fault.innerText(), say('reason-wrong'));
    assert.equal((await page.content()).includes(MOBILE), false);
    assert.deepEqual(await reveals(), []);
  });

  it('shows them for a reason, which the audit keeps', async () => {
    await page.getByRole('textbox', { name: say('reason') }).fill('A call about the licence');
    assert.equal(await statusAfter(page, reveal), 200);
    await page.getByText(MOBILE).waitFor();
    assert.equal(await said(page), say('revealed'));
    const noted = await reveals();
    const anna = (await scene.centre.usra('staff', 'list')).find((account) => account.login === 'anna');
    assert.deepEqual(noted.map((row) => row.by.id), [anna.id]);
    await page.goto(`/console/families/${family}`);
    assert.equal((await page.content()).includes(MOBILE), false, 'the next look is masked again');
  });

  it('counts as verified once somebody verified it', async () => {
    const { verified } = await scene.centre.counts();
    await page.goto(`/console/families/${family}`);
    await page.getByRole('button', { name: say('verify') }).click();
    assert.equal(await said(page), say('said-verified'));
    assert.equal((await scene.centre.counts()).verified, verified + 1);
    assert.equal(await page.getByRole('button', { name: say('verify') }).count(), 0);
  });

  it('is found by its whole mobile number', async () => {
    await page.goto('/console/families');
    await page.getByRole('searchbox').fill('٠٥٠٠٠٠٠٧٧٧');
    await page.getByRole('button', { name: say('show') }).click();
    await page.waitForURL(/q=/);
    assert.deepEqual(await page.getByRole('rowheader').getByRole('link').allInnerTexts(), [HOSTILE]);
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
