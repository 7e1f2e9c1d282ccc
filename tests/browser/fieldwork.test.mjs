// What the fieldwork room tells of visits and surveyors, and that every number of it opens what it counted.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { addAccount } from './account.mjs';
import { enrolPhone } from './phone.mjs';
import { alert, card, numberOf, numberOn, said, statusAfter, total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

const HUDA = 'هدى الباحثة';
const [MET, MISSED] = ['خبز السفوح', 'تمور المنحنى'];
const DAY_MS = 24 * 60 * 60 * 1000;

/** A moment so many days ago, as phones write it. */
function ago(days) {
  return new Date(Date.now() - days * DAY_MS).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The numbers of the page that are doors to another one, and what that one says. */
async function doors(page, path) {
  const found = await page.evaluate(async (to) => {
    const links = [...document.querySelectorAll('main a.card, main td.num a')];
    const inside = links.filter((link) => new URL(link.href).pathname === to);
    return Promise.all(inside.map(async (link) => {
      const number = (link.querySelector('.number') ?? link).textContent;
      const behind = new DOMParser().parseFromString(await (await fetch(link.href)).text(), 'text/html');
      return { href: link.getAttribute('href'), number, rows: behind.querySelector('main p.lead[role="status"]')?.textContent ?? '' };
    }));
  }, path);
  const wrong = found.filter(({ number, rows }) => rows === '' || numberOf(number) !== numberOf(rows));
  return { count: found.length, wrong };
}

describe('fieldwork', () => {
  const say = words('en');
  let scene, phone, page, jeddah, partner, met, missed;
  before(async () => {
    scene = await Scene.set(async (set) => {
      phone = await enrolPhone(set.centre, { name: HUDA });
      await phone.sync();
      const family = (name) => phone.register('family', { name_ar: name, governorate: 'JED' });
      [met, missed] = [await family(MET), await family(MISSED)];
      const visit = (family, outcome, days) =>
        phone.register('visit', { type: 'FOLLOW', outcome, started_at: ago(days), ended_at: ago(days) }, family);
      await visit(met, 'DONE', 2);
      await visit(met, 'PART', 40);
      await visit(missed, 'ABSENT', 3);
      await visit(missed, 'DONE', 500);
      await phone.sync();
      jeddah = await addAccount(set.centre, { login: 'jeddah', area: 'JED' });
      partner = await addAccount(set.centre, { login: 'partner', role: 'partner' });
      page = await set.visit(set.anna);
    });
  });
  after(() => scene?.end());

  const person = () => page.locator('#people ~ div').getByRole('row').filter({ hasText: HUDA });
  const numbers = async (row) => (await row.locator('td.num').allInnerTexts()).map(numberOf);

  it('counts a family as visited when a visit of the last year met it', async () => {
    await page.goto('/console/fieldwork');
    const { families } = await scene.centre.counts();
    assert.equal(await numberOn(page, say('families-counted')), families);
    const [visited, not] = [await numberOn(page, say('cover-visited')), await numberOn(page, say('cover-missed'))];
    assert.equal(visited + not, families);
    await card(page, say('cover-visited')).click();
    assert.equal(await total(page), visited);
    const found = async (name, word) => {
      await page.goto(`/console/families?visited=${word}&q=${encodeURIComponent(name)}`);
      return page.getByRole('rowheader').getByText(name, { exact: true }).count();
    };
    assert.deepEqual([await found(MET, 'yes'), await found(MET, 'no')], [1, 0]);
    assert.deepEqual([await found(MISSED, 'yes'), await found(MISSED, 'no')], [0, 1]);
  });

  for (const path of ['/console/fieldwork', '/console/fieldwork?area=JED', '/console/fieldwork?area=JED-01', '/console/visits']) {
    it(`has no number that what it opens contradicts: ${path}`, async () => {
      await page.goto(path);
      for (const to of ['/console/families', '/console/visits', '/console/devices']) {
        const { count, wrong } = await doors(page, to);
        assert.deepEqual(wrong, []);
        if (to === '/console/families' && path.includes('fieldwork')) assert.ok(count >= 3, `only ${count} numbers lead to families`);
      }
    });
  }

  it('of an area has areas below it that add up, and surveyors as many as it lists', async () => {
    await page.goto('/console/fieldwork');
    const row = page.locator('#places + div').getByRole('row').filter({ has: page.getByRole('link', { name: 'Jeddah', exact: true }) });
    const [families, , , people] = await numbers(row);
    await row.getByRole('link', { name: 'Jeddah', exact: true }).click();
    assert.equal(await total(page), families);
    const parts = await page.locator('#places + div tbody td:nth-of-type(1)').allInnerTexts();
    assert.equal(parts.map(numberOf).reduce((sum, part) => sum + part, 0), families);
    assert.equal(await page.locator('#people ~ div tbody tr').count(), people);
  });

  it('tells what a surveyor did in thirty days, and which visits those were', async () => {
    await page.goto('/console/fieldwork?area=JED');
    assert.deepEqual(await numbers(person()), [1, 0, 2]);
    await person().locator('td.num a').last().click();
    assert.equal(await total(page), 2);
    const text = await page.locator('#visits + div').innerText();
    assert.match(text, /Complete/);
    assert.match(text, /Nobody home/);
    await page.getByRole('combobox', { name: say('visit-outcome') }).selectOption('ABSENT');
    await page.getByRole('button', { name: say('show'), exact: true }).click();
    assert.equal(await total(page), 1);
  });

  it('gives a family to a surveyor and a block, and phones hear it', async () => {
    await page.goto(`/console/families/${missed}`);
    await page.getByRole('link', { name: say('plan-title') }).click();
    await page.getByRole('combobox', { name: say('assign-to') }).selectOption({ label: HUDA });
    await page.getByRole('textbox', { name: say('fieldwork-block') }).fill('B-17');
    await page.getByRole('button', { name: say('assign'), exact: true }).click();
    assert.equal(await said(page), say('said-planned'));
    assert.equal(await page.getByRole('definition').filter({ hasText: HUDA }).count(), 1, 'the family’s page names her');
    await phone.sync();
    const { fields } = await phone.show(missed);
    assert.deepEqual([fields.assigned_to, fields.block], [phone.id, 'B-17']);
    await page.goto('/console/fieldwork?area=JED');
    assert.deepEqual(await numbers(person()), [1, 1, 2]);
    await person().locator('td.num a').nth(1).click();
    assert.equal(await total(page), 1);
    await page.goto('/console/fieldwork');
    const block = page.locator('#blocks + div').getByRole('row').filter({ hasText: 'B-17' });
    assert.deepEqual(await numbers(block), [1, 0, 1]);
    const noted = await scene.centre.usra('audit', 'show');
    assert.equal(noted.filter((row) => row.action === 'family.assign').length, 1);
  });

  it('takes back whose a family is, and refuses whoever does not work there', async () => {
    await page.goto(`/console/families/${missed}/move`);
    const assign = () => page.getByRole('button', { name: say('assign'), exact: true }).click();
    await page.getByRole('combobox', { name: say('assign-to') }).evaluate((select) => { select.options[0].value = crypto.randomUUID(); select.selectedIndex = 0; });
    assert.equal(await statusAfter(page, assign), 422);
    assert.equal(await alert(page), say('assign-fault-surveyor'));
    await page.getByRole('combobox', { name: say('assign-to') }).selectOption('');
    await assign();
    assert.equal(await said(page), say('said-planned'));
    await phone.sync();
    assert.equal((await phone.show(missed)).fields.assigned_to ?? null, null);
  });

  it('of a governorate is that governorate’s, and a partner has no such room', async () => {
    const own = await scene.visit(jeddah);
    await own.goto('/console/fieldwork');
    const { rows } = await scene.centre.counts();
    assert.equal(await total(own), rows.find((row) => row.governorate === 'JED').families);
    await own.goto('/console/fieldwork?area=TIF');
    assert.equal(await total(own), 0);
    await own.goto('/console/families?area=TIF');
    assert.equal(await total(own), 0);
    const other = await scene.visit(partner);
    for (const path of ['/console/fieldwork', '/console/visits', '/console/enrol', `/console/families/${met}/move`, `/console/devices/${phone.id}/areas`]) {
      assert.equal((await other.goto(path)).status(), 404, path);
    }
    await other.goto('/console/families?standing=counted');
    const all = await total(other);
    await other.goto('/console/families?standing=counted&visited=no');
    assert.equal(await total(other), all, 'whom somebody visited is not told to a partner by a filter');
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
