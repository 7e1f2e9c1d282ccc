// The list of families: its reader chooses the columns, which go along and narrow nothing.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { alert, bare, numberOn, total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

const LIST = '/console/families';

describe('the columns of the list', () => {
  const say = words('en');
  const usual = ['name', 'file-no', 'place', 'by-activity', 'status', 'changed'].map((name) => say(name));
  const every = ['name', 'file-no', 'name-en', 'place', 'by-sector', 'by-activity', 'status', 'by-standing', 'column-verified-on', 'column-registered-on', 'changed', 'column-conflicts'].map((name) => say(name));
  let scene, page;
  before(async () => {
    scene = await Scene.set();
    page = await scene.visit(scene.anna);
  });
  after(() => scene?.end());

  const heads = () => page.getByRole('columnheader').allInnerTexts();
  const boxes = () => page.getByRole('group', { name: say('columns') }).getByRole('checkbox');
  const cols = () => new URL(page.url()).searchParams.getAll('cols');
  const show = () => Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: say('show') }).click()]);

  it('are the usual ones when nobody chose', async () => {
    await page.goto(LIST);
    assert.deepEqual(await heads(), usual);
  });

  it('are those that were chosen, and the families stay the same', async () => {
    const all = await total(page);
    await page.getByText(say('columns'), { exact: true }).click();
    for (const box of await boxes().all()) await box.setChecked(['place', 'standing', 'registered_on'].includes(await box.getAttribute('value')));
    await show();
    assert.deepEqual(await heads(), ['name', 'place', 'by-standing', 'column-registered-on'].map((name) => say(name)));
    assert.equal(await total(page), all);
    const standings = ['verified', 'provisional', 'uncounted'].map((name) => say(`standing-${name}`));
    for (const told of await page.locator('tbody tr td:nth-child(3)').allInnerTexts()) assert.ok(standings.includes(told), told);
  });

  it('go along with filter, search and paging', async () => {
    const chosen = await heads();
    await Promise.all([page.waitForURL(/page=2/), page.locator('a[rel="next"]').click()]);
    assert.deepEqual(await heads(), chosen);
    assert.deepEqual(cols(), ['place,standing,registered_on']);
    await page.getByRole('combobox', { name: say('by-governorate') }).selectOption('JED');
    await show();
    assert.deepEqual(await heads(), chosen);
    assert.match(page.url(), /governorate=JED/);
  });

  it('are the usual ones again when the filter is cleared', async () => {
    await page.getByRole('link', { name: say('clear') }).click();
    await page.waitForURL(LIST);
    assert.deepEqual(await heads(), usual);
  });

  it('are told when they are not understood', async () => {
    await page.goto(`${LIST}?cols=colour,place`);
    assert.equal(bare(await alert(page)), say('filter-fault', { what: 'cols' }));
    assert.deepEqual(await heads(), [say('name'), say('place')]);
  });

  it('can be all', async () => {
    await page.goto(LIST);
    await page.getByText(say('columns'), { exact: true }).click();
    for (const box of await boxes().all()) await box.check();
    await show();
    assert.deepEqual(await heads(), every);
  });

  it('say nothing to the overview, a sheet and an earlier day', async () => {
    await page.goto('/console');
    const number = await numberOn(page, say('families-counted'));
    await page.goto('/console?cols=place');
    assert.equal(await numberOn(page, say('families-counted')), number);
    for (const path of ['/console?cols=place', '/console/print?cols=place', `${LIST}?cols=place&as_of=2099-12-31`]) {
      await page.goto(path);
      assert.equal(await page.locator('main a[href*="cols"]').count(), 0, path);
      assert.equal(await page.getByText('cols').count(), 0, path);
    }
  });

  it('stay when the list cannot be taken out as it was asked for', async () => {
    await page.goto(`${LIST}?cols=place`);
    await page.getByText(say('export'), { exact: true }).click();
    await page.getByRole('checkbox', { name: say('take-out-personal') }).check();
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: say('take-out-begin') }).click()]);
    assert.equal(await alert(page), say('reason-wrong'));
    assert.deepEqual(await heads(), [say('name'), say('place')]);
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
