// The queue of families that wait to be verified: who is in it and in which order, what is said of each, and verifying from it.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { addAccount } from './account.mjs';
import { pairUp, waitForPair } from './pair.mjs';
import { enrolPhone } from './phone.mjs';
import { bare, numberOn, said, total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

const QUEUE = '/console/verify';
const SIZE = 20;

describe('the queue of verification', () => {
  const say = words('en');
  let scene, page, early, late, away, pair, jeddah, partner;
  before(async () => {
    scene = await Scene.set(async (set) => {
      const [one, two] = [await enrolPhone(set.centre, { name: 'Noura' }), await enrolPhone(set.centre, { name: 'Sara' })];
      const place = { governorate: 'JED', district: 'الصفا' };
      early = await one.register('family', { ...place, name_ar: 'مخبز الفجر', name_en: 'Dawn bakery' });
      await one.register('household', { 'member/m1/name': 'هدى', 'member/m2/name': 'منى' }, early);
      await one.register('product', { name_ar: 'كعك', activity: 'FOOD-BAKE' }, early);
      await one.register('visit', { type: 'FOLLOW', outcome: 'PART', started_at: '2026-01-02T08:00:00Z' }, early);
      await one.register('visit', { type: 'FOLLOW', outcome: 'DONE', started_at: '2026-01-03T08:00:00Z' }, early);
      await one.sync();
      await two.sync();
      for (const [phone, workers] of [[one, '41'], [two, '57']]) await phone.edit(early, { workers_hired: workers });
      for (const phone of [one, two]) await phone.sync();
      late = await two.register('family', { ...place, name_ar: 'مخبز الضحى' });
      await two.sync();
      const taif = await enrolPhone(set.centre, { name: 'Amal', area: 'TIF' });
      away = await taif.register('family', { governorate: 'TIF', name_ar: 'ورد الطائف' });
      await taif.sync();
      pair = await pairUp(set.centre);
      jeddah = await addAccount(set.centre, { login: 'jeddah', area: 'JED' });
      partner = await addAccount(set.centre, { login: 'partner', role: 'partner' });
      page = await set.visit(set.anna);
    });
  });
  after(() => scene?.end());

  const row = (family) => page.locator(`section:has(h2 a[href="/console/families/${family}"])`);
  const provisional = async (reader, query = '') => {
    await reader.goto(`/console${query}`);
    return numberOn(reader, say('families-provisional'));
  };
  /** The families of every page of it, in its order. */
  const queued = async (reader, query = '') => {
    const found = [];
    await reader.goto(`${QUEUE}${query}`);
    for (;;) {
      const hrefs = await reader.locator('main section h2 a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
      found.push(hrefs.map((href) => href.split('/').at(-1)));
      const next = reader.locator('a[rel="next"]');
      if ((await next.count()) === 0) return found;
      await Promise.all([reader.waitForURL(/page=/), next.click()]);
      await reader.waitForLoadState();
    }
  };
  /** Goes to the page of it that has a family. */
  const find = async (family, query) => {
    const pages = await queued(page, query);
    const at = pages.findIndex((families) => families.includes(family));
    assert.ok(at >= 0, 'it waits');
    await page.goto(`${QUEUE}${query}&page=${at + 1}`);
    return at + 1;
  };

  it('has exactly the families that the overview says are provisional, narrowed or not', async () => {
    for (const query of ['', '?governorate=JED', '?governorate=TIF&sector=FOOD']) {
      const number = await provisional(page, query);
      await page.getByRole('link', { name: say('verification-link') }).click();
      await page.waitForURL(`${QUEUE}${query}`);
      assert.equal(await total(page), number, query);
      const pages = await queued(page, query);
      assert.equal(new Set(pages.flat()).size, number, query);
      assert.ok(pages.every((families) => families.length <= SIZE));
    }
  });

  it('has those first that wait longest', async () => {
    const order = (await queued(page)).flat();
    const places = [early, late, away].map((family) => order.indexOf(family));
    assert.deepEqual(places, [...places].sort((one, next) => one - next));
    assert.ok(places[0] > order.length / 2, 'those of the demo were there before');
  });

  it('tells what a person decides by', async () => {
    await find(early, '?governorate=JED');
    const facts = await row(early).locator('.facts').innerText();
    assert.equal(await row(early).getByRole('heading').innerText(), 'Dawn bakery');
    for (const told of ['Noura', 'الصفا', say('verification-registered'), '3 January 2026']) assert.ok(facts.includes(told), `${told}: ${facts}`);
    const numbers = await row(early).locator('.facts a').allInnerTexts();
    assert.deepEqual(numbers, ['2', '1', '2']);
    await row(early).locator('a[href*="/review"]').click();
    await page.waitForURL(`/console/review?family=${early}`);
    assert.equal(await total(page), 1);
    await waitForPair(page, pair);
    await find(pair.one, '?governorate=JED');
    await row(pair.one).locator(`a[href="/console/duplicates/${pair.one}/${pair.other}"]`).click();
    await page.getByText(say('alike-mobile')).first().waitFor();
  });

  it('lets go of a family that somebody verified from it, and it counts', async () => {
    const { verified } = await scene.centre.counts();
    const at = await find(early, '?governorate=JED');
    const waiting = await total(page);
    await row(early).getByRole('button', { name: say('verify') }).click();
    await page.waitForURL(/said=verified/);
    const { pathname, searchParams } = new URL(page.url());
    assert.deepEqual([pathname, searchParams.get('governorate'), searchParams.get('page')], [QUEUE, 'JED', String(at)]);
    assert.equal(await said(page), say('said-verified'));
    assert.equal(await total(page), waiting - 1);
    assert.equal(await row(early).count(), 0);
    assert.equal((await scene.centre.counts()).verified, verified + 1);
    assert.equal(await provisional(page, '?governorate=JED'), waiting - 1);
  });

  it('leads nowhere but back', async () => {
    await page.goto(QUEUE);
    const led = (form) => page.evaluate(async ([to, body]) => (await fetch(to, { method: 'POST', body: new URLSearchParams(body) })).url, [`/console/families/${late}/verify`, form]);
    for (const form of [{ back: 'https://evil.example/' }, { back: '/console/devices' }, {}]) {
      assert.equal(new URL(await led(form)).pathname, `/console/families/${late}`);
    }
    assert.equal(new URL(await led({ back: 'queue', queue: '//evil.example' })).pathname, QUEUE);
  });

  it('says what it did not understand', async () => {
    await page.goto(`${QUEUE}?governorate=XXX&colour=red`);
    assert.deepEqual((await page.getByRole('alert').allInnerTexts()).map(bare), ['governorate', 'colour'].map((what) => say('filter-fault', { what })));
  });

  it('has only what lies in the account’s areas, and is no room of partners', async () => {
    const own = await scene.visit(jeddah);
    const number = await provisional(own);
    const order = (await queued(own)).flat();
    assert.equal(order.length, number);
    assert.equal(order.includes(away), false);
    const status = await own.evaluate(async (to) => (await fetch(to, { method: 'POST', body: new URLSearchParams({ back: 'queue' }) })).status, `/console/families/${away}/verify`);
    assert.equal(status, 404);
    const other = await scene.visit(partner);
    assert.equal((await other.goto(QUEUE)).status(), 404);
    await other.goto('/console');
    assert.equal(await other.getByRole('link', { name: say('verification-link') }).count(), 0);
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
