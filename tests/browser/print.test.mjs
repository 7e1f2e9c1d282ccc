// The sheet to print: what the overview says, on a few pages of A4, with nothing on them that is only for a screen.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { openDoors } from './doors.mjs';
import { Scene } from './scene.mjs';
import { numberOn } from './room.mjs';
import { words } from './words.mjs';

/** How many pages a PDF says that it has. */
function pagesOf(pdf) {
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
}

describe('the sheet to print', () => {
  let scene;
  before(async () => { scene = await Scene.set(); });
  after(() => scene?.end());

  for (const lang of ['ar', 'en']) {
    it(`is one to three pages of A4: ${lang}`, async () => {
      const say = words(lang);
      const page = await scene.visit(scene.anna, { lang });
      await page.goto('/console');
      await page.getByRole('link', { name: say('sheet-link') }).click();
      await page.getByRole('heading', { level: 1, name: say('overview-title') }).waitFor();
      const pdf = await page.pdf({ preferCSSPageSize: true });
      const count = pagesOf(pdf);
      assert.ok(count >= 1 && count <= 3, `${count} pages`);
      const [, width, height] = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(pdf.toString('latin1'));
      assert.deepEqual([Math.round(width), Math.round(height)], [595, 842]);
    });
  }

  it('has no navigation and no button on paper, and both calendars', async () => {
    const page = await scene.visit(scene.anna);
    await page.goto('/console/print');
    await page.emulateMedia({ media: 'print' });
    for (const role of ['navigation', 'button']) assert.equal(await page.getByRole(role).count(), 0, role);
    assert.equal(await page.getByText(words('en')('sheet-hint')).isVisible(), false);
    assert.match(await page.locator('main').innerText(), /As of .*20\d\d · .*14\d\d AH, \d\d:\d\d/);
  });

  it('says the same as the overview, narrowed or not, and each number opens its rows', async () => {
    const say = words('en');
    const page = await scene.visit(scene.anna);
    for (const query of ['', '?governorate=JED&sector=FOOD']) {
      await page.goto(`/console${query}`);
      const counted = await numberOn(page, say('families-counted'));
      const { doors, wrong } = await openDoors(page, `/console/print${query}`);
      assert.ok(doors > 5, `only ${doors} numbers lead somewhere`);
      assert.deepEqual(wrong, []);
      await page.goto(`/console/print${query}`);
      assert.equal(await numberOn(page, say('families-counted')), counted);
      const said = await page.locator('main').innerText();
      assert.equal(said.includes(`${say('sheet-narrowed')}: ${say('by-governorate')}: Jeddah`), query !== '', said);
    }
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
