// Families that may be one: two phones without a network register the same people; a person compares them, merges them, and takes it back.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { addAccount } from './account.mjs';
import { pairUp, waitForPair } from './pair.mjs';
import { numberOn, said, statusAfter, total, until } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

describe('families that may be one', () => {
  const say = words('en');
  let scene, pair, page;
  before(async () => {
    scene = await Scene.set(async (set) => {
      pair = await pairUp(set.centre);
      page = await set.visit(set.anna);
      await waitForPair(page, pair);
    });
  });
  after(() => scene?.end());

  const compare = () => page.goto(`/console/duplicates/${pair.one}/${pair.other}`);
  const known = async () => (await scene.centre.counts()).not_known_yet.suspected_duplicates;
  const counted = async () => (await scene.centre.counts()).families;
  const side = (key, value) => page.locator(`input[name="side ${key}"][value="${value}"]`);

  it('are counted the same on the overview, in their room and at the command line', async () => {
    await page.goto('/console');
    const number = await numberOn(page, say('unknown-duplicates'));
    await page.goto('/console/duplicates');
    assert.deepEqual([number, await total(page)], [await known(), await known()]);
    assert.ok(number > 0);
  });

  it('are shown with what speaks for it, the most alike first, and masked', async () => {
    await page.goto('/console/duplicates');
    const found = page.locator('section').filter({ has: page.locator(`a[href$="${pair.one}"]`) }).filter({ has: page.locator(`a[href$="${pair.other}"]`) });
    await found.getByText(say('alike-mobile')).waitFor();
    await found.getByText(say('alike-people')).waitFor();
    await compare();
    assert.ok(!(await page.locator('main').innerText()).includes(pair.mobile));
    assert.ok(!(await page.locator('main').innerText()).includes(pair.person));
    await page.getByText(say('reveal-title')).click();
    await page.locator('details').getByRole('textbox', { name: say('reason') }).fill('Are they one?');
    await page.getByRole('button', { name: say('reveal'), exact: true }).click();
    assert.equal(await page.getByText(pair.person).count(), 2);
    const noted = await scene.centre.usra('audit', 'show');
    assert.equal(noted.filter((row) => row.action === 'sensitive.reveal').length, 2, 'one for each family');
  });

  it('are told to be two only with a reason', async () => {
    await compare();
    const reason = page.getByRole('textbox', { name: say('reason') }).last();
    await reason.fill('  ');
    assert.equal(await statusAfter(page, () => page.getByRole('button', { name: say('apart'), exact: true }).click()), 422);
    await page.getByText(say('reason-wrong')).waitFor();
  });

  it('become one that has what was chosen, counts once at once, and the phone hears of it', async () => {
    const before = [await counted(), await known()];
    await compare();
    await page.locator('input[name="remains"][value="one"]').check();
    assert.ok(await side('capacity_note', 'other').isChecked(), 'what only one has is taken over');
    await side('workers_family', 'other').check();
    await page.getByRole('button', { name: say('merge'), exact: true }).click();
    assert.equal(await said(page), say('said-merged'));
    assert.equal(new URL(page.url()).pathname, `/console/families/${pair.one}`);
    assert.deepEqual([await counted(), await known()], [before[0] - 1, before[1] - 1]);
    await pair.phones[1].sync();
    const { fields, survivor } = await pair.phones[1].show(pair.other);
    assert.deepEqual([survivor, fields['official/status']], [pair.one, 'duplicate']);
    await pair.phones[0].sync();
    const kept = (await pair.phones[0].show(pair.one)).fields;
    assert.deepEqual([String(kept.workers_family), kept.capacity_note], ['4', pair.note]);
  });

  it('that are one show the records of both, and late work follows', async () => {
    await page.goto(`/console/families/${pair.one}`);
    assert.ok((await page.getByRole('heading', { name: say('from-merged') }).count()) >= 2);
    await pair.phones[1].edit(pair.other, { started_year: '2011' });
    await pair.phones[1].sync();
    await until(page, `/console/families/${pair.one}`, () => page.getByText('2011').nth(1));
    await pair.phones[0].sync();
    assert.equal(String((await pair.phones[0].show(pair.one)).fields.started_year), '2011');
  });

  it('are what they were when the merge is taken back', async () => {
    const before = await counted();
    await page.goto(`/console/families/${pair.other}`);
    await page.getByText(say('is-merged')).waitFor();
    await page.getByText(say('unmerge'), { exact: true }).click();
    await page.getByRole('button', { name: say('unmerge-confirm') }).click();
    assert.equal(await said(page), say('said-unmerged'));
    assert.equal(await counted(), before + 1);
    for (const phone of pair.phones) await phone.sync();
    const { fields } = await pair.phones[0].show(pair.one);
    assert.deepEqual([String(fields.workers_family), fields.capacity_note ?? null, fields.started_year ?? null], ['2', null, null]);
    await waitForPair(page, pair);
  });

  it('are not shown again once somebody said that they are two', async () => {
    await compare();
    await page.getByRole('textbox', { name: say('reason') }).last().fill('Two sisters in two houses');
    await page.getByRole('button', { name: say('apart'), exact: true }).click();
    assert.equal(await said(page), say('said-apart'));
    assert.equal(await page.locator(`a[href$="/${pair.one}/${pair.other}"]`).count(), 0);
  });

  it('are there for nobody who sees only one of them, and for no partner', async () => {
    const elsewhere = await addAccount(scene.centre, { login: 'taif', area: 'TIF' });
    const partner = await addAccount(scene.centre, { login: 'partner', role: 'partner' });
    for (const account of [elsewhere, partner]) {
      const theirs = await scene.visit(account);
      const answer = await theirs.goto(`/console/duplicates/${pair.one}/${pair.other}`);
      assert.equal(answer.status(), 404, account.login);
    }
  });

  it('let no page complain', () => assert.deepEqual(scene.faults, []));
});
