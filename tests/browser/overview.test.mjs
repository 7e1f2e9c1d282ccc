// Every number of the overview leads to the rows that it counts, with JavaScript and without.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { disagree } from './disagreement.mjs';
import { openDoors } from './doors.mjs';
import { holdWork } from './held_work.mjs';
import { card, numberOn, total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

describe('the overview', () => {
  const say = words('en');
  let scene;
  before(async () => {
    scene = await Scene.set(async ({ centre }) => {
      const { family, one } = await disagree(centre);
      await holdWork(centre, one, family);
    });
  });
  after(() => scene?.end());

  for (const javaScriptEnabled of [true, false]) {
    it(`leads from its number to rows and to a family ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
      const page = await scene.visit(scene.anna, { javaScriptEnabled });
      const { families } = await scene.centre.counts();
      await page.goto('/console');
      assert.equal(await numberOn(page, say('families-counted')), families);
      await card(page, say('families-counted')).click();
      await page.getByRole('heading', { level: 1, name: say('families-title') }).waitFor();
      assert.equal(await total(page), families);
      const row = page.getByRole('rowheader').first();
      const name = await row.getByRole('link').innerText();
      await row.getByRole('link').click();
      await page.getByRole('heading', { level: 2, name: say('kind-family'), exact: true }).waitFor();
      assert.ok(await page.getByRole('term').count() > 10, 'its fields stand there');
      assert.ok((await page.locator('main').innerText()).includes(name), 'the page tells of the family of the row');
    });
  }

  for (const path of ['/console', '/console?governorate=JED', '/console?sector=FOOD&governorate=TIF', '/console?q=nobody&status=verified']) {
    it(`has no number that its rows contradict: ${path}`, async () => {
      const { doors, wrong } = await openDoors(await scene.visit(scene.anna), path);
      assert.ok(doors > 20, `only ${doors} numbers lead somewhere`);
      assert.deepEqual(wrong, []);
    });
  }

  it('says the same as the command line, narrowed or not', async () => {
    const page = await scene.visit(scene.anna);
    const { rows, not_known_yet: unknown } = await scene.centre.counts();
    await page.goto('/console');
    assert.equal(await numberOn(page, say('unknown-conflicts')), unknown.open_conflicts);
    assert.equal(await numberOn(page, say('unknown-held')), unknown.changes_held);
    await page.getByRole('combobox', { name: say('by-governorate') }).selectOption('TIF');
    await page.getByRole('button', { name: say('show') }).click();
    await page.waitForURL(/governorate=TIF/);
    assert.equal(await numberOn(page, say('families-counted')), rows.find((row) => row.governorate === 'TIF').families);
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
