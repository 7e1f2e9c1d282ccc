// Taking a phone out: its next sync is refused.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { enrolPhone } from './phone.mjs';
import { said, total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

describe('a device', () => {
  const say = words('en');
  let scene, phone, page;
  before(async () => {
    scene = await Scene.set(async (set) => {
      phone = await enrolPhone(set.centre, { name: 'Lost phone' });
      await phone.sync();
      page = await set.visit(set.anna);
    });
  });
  after(() => scene?.end());

  const row = () => page.getByRole('row').filter({ hasText: 'Lost phone' });

  it('stands in its room with all others', async () => {
    await page.goto('/console/devices');
    const known = await scene.centre.usra('device', 'list');
    assert.equal(await total(page), known.length);
    assert.match(await row().innerText(), new RegExp(say('device-works')));
  });

  it('is out when somebody revoked it, and cannot sync any more', async () => {
    await row().getByText(say('revoke'), { exact: true }).click();
    await row().getByRole('button', { name: say('revoke-confirm') }).click();
    assert.equal(await said(page), say('said-revoked'));
    assert.match(await row().innerText(), new RegExp(say('device-revoked')));
    assert.equal(await row().getByRole('button').count(), 0);
    assert.equal(await phone.refusedSync(), 'install_revoked');
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
