// Settling what people disagree about: choosing, being overtaken, and taking a choice back. The phones hear of it.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { COUNTED, FIELD, disagree } from './disagreement.mjs';
import { numberOn, said, statusAfter, total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

const [FEW, MANY] = COUNTED;
const OTHER = '63';

/** The part of a page that tells of a value that was written. */
function told(page, role, value) {
  return page.getByRole(role).filter({ has: page.locator('strong').getByText(value, { exact: true }) });
}

describe('a conflict', () => {
  const say = words('en');
  let scene, family, phone, page, late;
  before(async () => {
    scene = await Scene.set(async (set) => {
      ({ family, one: phone } = await disagree(set.centre));
      page = await set.visit(set.anna);
      late = await set.visit(set.anna);
    });
  });
  after(() => scene?.end());

  const choose = (reader, value) => told(reader, 'article', value).getByRole('button', { name: say('choose') }).click();
  const story = () => `/console/records/${family}?key=${FIELD}`;
  const onPhone = async () => {
    await phone.sync();
    return String((await phone.show(family)).fields[FIELD]);
  };
  const open = async () => (await scene.centre.counts()).not_known_yet.open_conflicts;

  it('is counted the same on the overview, in its room and at the command line', async () => {
    await page.goto('/console');
    const number = await numberOn(page, say('unknown-conflicts'));
    await page.goto('/console/review');
    assert.deepEqual([number, await total(page)], [await open(), await open()]);
  });

  it('is over when somebody chooses a value, and says so', async () => {
    await late.goto('/console/review');
    await page.goto('/console/review');
    const before = await total(page);
    await choose(page, FEW);
    assert.equal(await said(page), say('said-resolved'));
    await page.goto('/console/review');
    assert.deepEqual([await total(page), await open()], [before - 1, before - 1]);
  });

  it('is not decided by who did not see the last decision', async () => {
    const status = await statusAfter(late, () => choose(late, MANY));
    assert.equal(status, 422);
    await late.getByText(say('resolve-outdated')).waitFor();
  });

  it('is over on phones too', async () => {
    await phone.sync();
    const { fields, conflicts } = await phone.show(family);
    assert.deepEqual([String(fields[FIELD]), conflicts], [FEW, []]);
  });

  it('can be decided the other way on the page of the story', async () => {
    await page.goto(story());
    await told(page, 'listitem', MANY).getByRole('button', { name: say('resolve-again') }).click();
    assert.equal(await said(page), say('said-resolved'));
    assert.equal(await onPhone(), MANY);
  });

  it('can be settled with a value that nobody wrote, and an empty one is refused beside the field', async () => {
    await page.goto(story());
    const field = page.getByLabel(say('resolve-value'));
    const save = () => page.getByRole('button', { name: say('resolve'), exact: true }).click();
    await field.fill('   ');
    assert.equal(await statusAfter(page, save), 422);
    assert.equal(await page.locator(`#${await field.getAttribute('aria-describedby')}`).innerText(), say('value-empty'));
    await field.fill(OTHER);
    await save();
    assert.equal(await said(page), say('said-resolved'));
    assert.equal(await onPhone(), OTHER);
  });

  it('about what is sensitive is decided where its values are shown for a reason', async () => {
    await page.goto('/console/review');
    const before = await total(page);
    await page.getByRole('link', { name: say('review-masked') }).first().click();
    await page.getByText(say('reveal-title')).click();
    await page.getByRole('textbox', { name: say('reason') }).fill('Which number is right?');
    await page.getByRole('button', { name: say('reveal'), exact: true }).click();
    const open = page.getByRole('listitem').filter({ hasText: say('story-open') });
    await open.filter({ hasText: '+9665' }).first().getByRole('button', { name: say('resolve-again') }).click();
    assert.equal(await said(page), say('said-resolved'));
    await page.goto('/console/review');
    assert.equal(await total(page), before - 1);
    const noted = await scene.centre.usra('audit', 'show');
    assert.equal(noted.filter((row) => row.action === 'sensitive.reveal').length, 1);
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
