// The console by keyboard alone, and what has the focus is seen to have it.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { addAccount } from './account.mjs';
import { COUNTED, disagree } from './disagreement.mjs';
import { said } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

/** More stops than any page of the tests has. */
const STOPS = 200;

/** Whether the browser draws something around what has the focus. */
const isSeen = (page) => page.evaluate(() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return outlineStyle !== 'none' && outlineWidth !== '0px';
});

/** Presses Tab until a thing has the focus. */
async function tabTo(page, target) {
  for (let stop = 0; stop < STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    assert.ok(await isSeen(page), `what has the focus at stop ${stop} is not seen`);
    if (await target.evaluate((wanted) => wanted === document.activeElement)) return;
  }
  assert.fail('Tab does not lead there');
}

describe('by keyboard', () => {
  const say = words('en');
  let scene, page;
  before(async () => {
    scene = await Scene.set(async (set) => {
      await disagree(set.centre);
      page = await set.visit(set.anna);
    });
  });
  after(() => scene?.end());

  it('a person signs in', async () => {
    const door = await scene.stranger({ lang: 'en' });
    const bert = await addAccount(scene.centre, { login: 'bert' });
    await door.goto('/console');
    for (const typed of [bert.login, bert.password, bert.code()]) {
      await door.keyboard.type(typed);
      await door.keyboard.press('Tab');
    }
    await door.keyboard.press('Enter');
    await door.waitForURL('/console');
  });

  it('the first stop skips to the content', async () => {
    for (const path of ['/console', '/console/families', '/console/review']) {
      await page.goto(path);
      await page.keyboard.press('Tab');
      const skip = page.getByRole('link', { name: say('skip') });
      assert.ok(await skip.evaluate((link) => link === document.activeElement), path);
      const { y } = await skip.boundingBox();
      assert.ok(y >= 0, 'it is seen when it has the focus');
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'main', path);
    }
  });

  it('a person walks through the rooms', async () => {
    await page.goto('/console');
    await tabTo(page, page.getByRole('link', { name: say('room-families'), exact: true }));
    await page.keyboard.press('Enter');
    await page.waitForURL('/console/families');
    await tabTo(page, page.getByRole('rowheader').first().getByRole('link'));
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/console\/families\/.+/);
  });

  it('a person chooses one of two values', async () => {
    await page.goto('/console/review');
    const wanted = page.getByRole('article').filter({ has: page.locator('strong').getByText(COUNTED[1], { exact: true }) });
    await tabTo(page, wanted.getByRole('button', { name: say('choose') }));
    await page.keyboard.press('Enter');
    await page.waitForURL(/said=resolved/);
    assert.equal(await said(page), say('said-resolved'));
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
