// Deciding on work that the rules did not let in.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { holdWork } from './held_work.mjs';
import { enrolPhone } from './phone.mjs';
import { alert, said, statusAfter, total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

const WHY = 'سجّلها موافقة جديدة';

describe('a held change', () => {
  const say = words('en');
  let scene, phone, rejected, released, page;
  before(async () => {
    scene = await Scene.set(async (set) => {
      phone = await enrolPhone(set.centre, { name: 'Noura' });
      await phone.sync();
      const [first, second] = await phone.families();
      rejected = await holdWork(set.centre, phone, first);
      released = await holdWork(set.centre, phone, second);
      page = await set.visit(set.anna);
    });
  });
  after(() => scene?.end());

  const decide = () => page.getByRole('button', { name: say('held-decide') }).click();
  const link = ({ record, change }) => page.locator(`a[href="/console/held/${record}/${change}"]`);
  const open = async (change) => {
    await page.goto('/console/held?state=held');
    await link(change).click();
    await page.getByRole('heading', { level: 1, name: say('held-one-title') }).waitFor();
  };

  it('stands in its room with why it is held and who wrote it', async () => {
    await page.goto('/console/held?state=held');
    assert.equal(await total(page), (await scene.centre.usra('held', 'list', '--state', 'held')).length);
    const row = page.getByRole('row').filter({ has: link(rejected) });
    assert.match(await row.innerText(), new RegExp(`${say('reason-field_written_once')}[^]*Noura`));
  });

  it('is not rejected without a reason, and the page stays', async () => {
    await open(rejected);
    await page.getByLabel(say('held-reject')).check();
    assert.equal(await statusAfter(page, decide), 422);
    assert.equal(await alert(page), say('reason-wrong'));
    await page.getByRole('heading', { level: 1, name: say('held-one-title') }).waitFor();
  });

  it('is rejected with a reason that its author reads', async () => {
    await page.getByLabel(say('held-reject')).check();
    await page.getByRole('textbox', { name: say('reason') }).fill(WHY);
    await decide();
    assert.equal(await said(page), say('said-rejected'));
    const refused = await scene.centre.usra('held', 'list', '--state', 'refused');
    assert.equal(refused.find(({ change }) => change === rejected.change)?.note, WHY);
    await phone.sync();
    assert.ok((await phone.held()).some((one) => one.note === WHY), 'the phone has the reason');
  });

  it('comes in when it is released', async () => {
    await open(released);
    await page.getByLabel(say('held-release')).check();
    await decide();
    assert.equal(await said(page), say('said-released'));
    await phone.sync();
    assert.equal((await phone.show(released.record)).fields[released.fields[0]], 'SHARE');
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
