// A count is published, stays what it was whatever arrives, and comes out again; an earlier day has its own numbers.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { addAccount } from './account.mjs';
import { barriers, bringAxe } from './barriers.mjs';
import { openDoors } from './doors.mjs';
import { enrolPhone } from './phone.mjs';
import { alert, numberOn, said, total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

/** A day that is so many days away, in Makkah. */
function day(away) {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Riyadh' }).format(Date.now() + away * 86_400_000);
}

describe('a published count', () => {
  const say = words('en');
  let scene, page, phone, partner, jeddah, published, families;
  before(async () => {
    scene = await Scene.set(async (set) => {
      partner = await addAccount(set.centre, { login: 'partner', role: 'partner' });
      jeddah = await addAccount(set.centre, { login: 'jeddah', area: 'JED' });
      phone = await enrolPhone(set.centre, { name: 'Surveyor' });
      await phone.sync();
      page = await set.visit(set.anna);
    });
  });
  after(() => scene?.end());

  const register = async (name) => {
    await phone.register('family', { governorate: 'JED', centre: 'JED-01', name_ar: name, primary_activity: 'FOOD-BAKE' });
    await phone.sync();
  };

  const hash = (id) => page.locator(`#${id}`).innerText();

  it('is not published when the number that was seen is another one by now', async () => {
    await page.goto('/console?governorate=JED');
    await register('أسرة أولى');
    await page.getByRole('button', { name: say('publish') }).click();
    assert.equal(await said(page), say('said-moved-on'));
    assert.equal(new URL(page.url()).searchParams.get('governorate'), 'JED');
  });

  it('is published where it is seen, with its filter', async () => {
    await page.goto('/console?governorate=JED');
    families = await numberOn(page, say('families-counted'));
    await page.getByRole('button', { name: say('publish') }).click();
    assert.equal(await said(page), say('said-published'));
    published = new URL(page.url()).pathname;
    assert.match(published, /^\/console\/counts\/[0-9a-f-]{36}$/);
    assert.equal(await numberOn(page, say('families-counted')), families);
    assert.match(await page.locator('main').innerText(), /Governorate: Jeddah[^]*Anna|Anna[^]*Governorate: Jeddah/);
  });

  it('has no number that its families contradict', async () => {
    const { doors, wrong } = await openDoors(page, published);
    assert.ok(doors > 5, `only ${doors} numbers lead somewhere`);
    assert.deepEqual(wrong, []);
  });

  it('can be used by everybody, on a phone too', async () => {
    const found = [];
    for (const [lang, width] of [['ar', 390], ['en', 1280]]) {
      const reader = await scene.visit(scene.anna, { lang, viewport: { width, height: 844 } });
      await bringAxe(reader.context());
      for (const path of ['/console/counts', published, `${published}/families?standing=counted`]) {
        await reader.goto(path);
        const wide = await reader.evaluate(() => document.scrollingElement.scrollWidth);
        if (wide > width) found.push(`${path}: ${wide} px wide`);
        found.push(...(await barriers(reader)).map((barrier) => `${path}: ${barrier}`));
      }
      await reader.context().close();
    }
    assert.deepEqual(found, []);
  });

  it('stands in the list of them', async () => {
    await page.goto('/console');
    await page.getByRole('link', { name: say('counts-title') }).click();
    assert.equal(await total(page), 1);
    const row = await page.getByRole('row').filter({ hasText: 'Anna' }).innerText();
    assert.ok(row.includes('Governorate: Jeddah') && row.includes(String(families)), row);
  });

  it('comes out the same when families arrived since, on its page and at the command line', async () => {
    await register('أسرة جديدة');
    await page.goto('/console?governorate=JED');
    assert.equal(await numberOn(page, say('families-counted')), families + 1);
    await page.goto(published);
    assert.equal(await numberOn(page, say('families-counted')), families);
    assert.equal(await page.locator('#made').innerText(), say('count-same'));
    assert.equal(await hash('hash-now'), await hash('hash'));
    const made = await scene.centre.usra('counts', 'reproduce', published.split('/').pop());
    assert.deepEqual([made.outcome, made.families, made.hash_now], ['same', families, await hash('hash')]);
  });

  it('says which of its families were erased since, and keeps its number', async () => {
    await page.goto(`${published}/families?standing=counted`);
    const link = await page.getByRole('rowheader').first().getByRole('link').getAttribute('href');
    await scene.centre.usra('family', 'erase', link.split('/').pop(), '--reason', 'asked for it');
    await page.goto(published);
    assert.equal(await page.locator('#made').innerText(), `${say('count-but-erased')} ${say('count-erased', { n: 1 })}`);
    assert.equal(await numberOn(page, say('families-counted')), families);
    await page.goto(`${published}/families?standing=counted`);
    assert.equal(await total(page), families - 1);
  });

  it('is seen by who decides in all of its areas, and by no partner', async () => {
    const visits = { partner: await scene.visit(partner), jeddah: await scene.visit(jeddah) };
    for (const path of ['/console/counts', published, `${published}/families`]) {
      assert.equal((await visits.partner.goto(path)).status(), 404, path);
    }
    assert.equal((await visits.jeddah.goto(published)).status(), 404);
    await visits.jeddah.goto('/console/counts');
    assert.equal(await total(visits.jeddah), 0);
    await visits.partner.goto('/console');
    assert.equal(await visits.partner.getByRole('button', { name: say('publish') }).count(), 0);
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});

describe('an earlier day', () => {
  const say = words('en');
  let scene, page;
  before(async () => {
    scene = await Scene.set();
    page = await scene.visit(scene.anna);
  });
  after(() => scene?.end());

  it('has the families that had arrived by then', async () => {
    await page.goto('/console');
    const now = await numberOn(page, say('families-counted'));
    await page.getByLabel(say('past-day')).fill(day(-2));
    await page.getByRole('button', { name: say('show') }).click();
    await page.getByRole('heading', { level: 1, name: say('past-title') }).waitFor();
    assert.equal(await numberOn(page, say('families-counted')), 0);
    await page.goto(`/console?as_of=${day(0)}`);
    assert.equal(await numberOn(page, say('families-counted')), now);
  });

  for (const more of ['', '&governorate=JED', '&sector=FOOD&standing=verified']) {
    it(`has no number that its families contradict: ${more}`, async () => {
      const { doors, wrong } = await openDoors(page, `/console?as_of=${day(0)}${more}`);
      assert.ok(doors > 5, `only ${doors} numbers lead somewhere`);
      assert.deepEqual(wrong, []);
    });
  }

  it('tells which filters do not go with it, and gives no list of now out', async () => {
    await page.goto(`/console?as_of=${day(0)}&need=TRNG`);
    assert.match(await alert(page), new RegExp(say('by-need')));
    await page.goto(`/console/families?as_of=${day(0)}&need=TRNG&governorate=JED`);
    assert.ok((await page.locator('main').innerText()).includes(say('past-left-out', { what: say('by-need') }).slice(0, 20)));
    const status = await page.evaluate(async (path) => (await fetch(path)).status, `/console/families/take-out?as=csv&as_of=${day(0)}`);
    assert.equal(status, 404);
  });
});
