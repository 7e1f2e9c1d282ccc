// Enrolling a phone with the code that a page shows, and where that is refused.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { addAccount } from './account.mjs';
import { barriers, bringAxe } from './barriers.mjs';
import { run } from './command.mjs';
import { enrolBy, enrolPhone } from './phone.mjs';
import { alert, statusAfter, total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

describe('a code to enrol with', () => {
  const say = words('en');
  let scene, page, jeddah, inside, outside;
  before(async () => {
    scene = await Scene.set(async (set) => {
      jeddah = await addAccount(set.centre, { login: 'jeddah', area: 'JED' });
      page = await set.visit(jeddah);
      const known = async (area) => {
        const phone = await enrolPhone(set.centre, { name: `${area} phone`, area });
        await phone.sync();
        return (await phone.families())[0];
      };
      [inside, outside] = [await known('JED'), await known('TIF')];
    });
  });
  after(() => scene?.end());

  const make = () => page.getByRole('button', { name: say('enrol-make') }).click();
  const link = () => page.locator('#link').innerText();

  it('is shown as a picture, as letters and as a link, and enrols one phone that then works', async () => {
    await page.goto('/console/enrol');
    await page.getByLabel(say('enrol-name')).fill('Noura of the field');
    await page.getByLabel(/All of .*Jeddah/).check();
    assert.equal(await statusAfter(page, make), 200);
    assert.equal(new URL(page.url()).search, '', 'the code stands in no address');
    const picture = page.getByRole('img', { name: say('enrolled-picture') });
    assert.ok((await picture.boundingBox()).width > 200);
    const url = await link();
    const code = (await page.locator('#code').innerText()).replaceAll(' ', '');
    assert.ok(url.includes(`/enrol/${code}#`), 'the letters are those of the link');
    assert.ok(!(await readFile(join(scene.centre.data, 'serve.log'), 'utf8')).includes(code), 'nor in the log');
    const phone = await enrolBy(scene.centre, url, 'Noura of the field');
    await phone.sync();
    assert.ok((await phone.families()).includes(inside));
    assert.ok(!(await phone.families()).includes(outside));
    const again = await run('usra-phone', ['enrol', url, '--store', `${phone.store}-2`, '--json']);
    assert.match(again.stderr, /code_used/);
  });

  it('is shown on a page that everybody can use, and that changes its language without another code', async () => {
    const told = words('ar');
    const reader = await scene.visit(jeddah, { lang: 'ar', viewport: { width: 390, height: 844 } });
    await bringAxe(reader.context());
    await reader.goto('/console/enrol');
    await reader.getByLabel(told('enrol-name')).fill('نورة');
    await reader.locator('[name=area][value=JED]').check();
    await reader.getByRole('button', { name: told('enrol-make') }).click();
    await reader.getByRole('img', { name: told('enrolled-picture') }).waitFor();
    assert.deepEqual(await barriers(reader), []);
    assert.ok((await reader.evaluate(() => document.scrollingElement.scrollWidth)) <= 390);
    const answer = reader.waitForResponse((response) => response.status() === 200 && response.url().endsWith('/console/enrol'));
    await reader.getByRole('button', { name: 'English' }).click();
    assert.equal((await answer).request().method(), 'GET');
  });

  it('is noted in the audit with who made it, and named nowhere in it', async () => {
    const noted = (await scene.centre.usra('audit', 'show')).filter((row) => row.action === 'enrol.code');
    assert.ok(noted.some((row) => JSON.stringify(row).includes('staff')), JSON.stringify(noted));
    assert.ok(!JSON.stringify(noted).includes('Noura'));
  });

  it('makes a phone that stands in the rooms of the field', async () => {
    await page.goto('/console/devices');
    const row = page.getByRole('row').filter({ hasText: 'Noura of the field' });
    const [, , synced, unsent, version] = await row.locator('td').allInnerTexts();
    assert.match(synced, /20\d\d/);
    assert.equal(unsent, '0');
    assert.match(version, /^\d+\.\d+\.\d+ /);
    await page.goto('/console/fieldwork');
    assert.equal(await page.locator('#people ~ div').getByRole('row').filter({ hasText: 'Noura of the field' }).count(), 1);
  });

  it('is not made without a name or an area, and nothing that was typed is lost', async () => {
    await page.goto('/console/enrol');
    await page.getByLabel(say('enrol-name')).fill('Somebody');
    await page.getByLabel(say('role-supervisor')).check();
    assert.equal(await statusAfter(page, make), 422);
    assert.equal(await alert(page), say('enrol-fault-area'));
    assert.equal(await page.getByLabel(say('enrol-name')).inputValue(), 'Somebody');
    assert.ok(await page.getByLabel(say('role-supervisor')).isChecked());
    await page.getByLabel(/All of .*Jeddah/).check();
    await page.getByLabel(say('enrol-name')).fill('   ');
    assert.equal(await statusAfter(page, make), 422);
    assert.equal(await alert(page), say('enrol-fault-name'));
    assert.ok(await page.getByLabel(/All of .*Jeddah/).isChecked());
  });

  it('is not made for another governorate or for somebody above', async () => {
    const asked = async (change) => {
      await page.goto('/console/enrol');
      await page.getByLabel(say('enrol-name')).fill('Somebody');
      await page.getByLabel(/All of .*Jeddah/).check();
      await page.evaluate(change);
      return statusAfter(page, make);
    };
    assert.equal(await asked(() => { document.querySelector('[name=area][value=JED]').value = 'TIF'; }), 422);
    assert.equal(await alert(page), say('enrol-fault-area'));
    assert.equal(await asked(() => { document.querySelector('[name=role]:checked').value = 'staff'; }), 422);
    assert.equal(await alert(page), say('enrol-fault-role'));
  });

  it('of a family makes its own phone, and of a family elsewhere there is none', async () => {
    await page.goto(`/console/families/${inside}/move`);
    await page.getByRole('link', { name: say('enrol-this-family') }).click();
    await page.getByLabel(say('enrol-name')).fill('The family');
    await make();
    const phone = await enrolBy(scene.centre, await link(), 'family phone');
    await phone.sync();
    assert.deepEqual(await phone.families(), [inside]);
    assert.equal((await page.goto(`/console/enrol?family=${outside}`)).status(), 404);
    await page.goto(`/console/enrol?family=${inside}`);
    await page.getByLabel(say('enrol-name')).fill('Another family');
    await page.evaluate((id) => { document.querySelector('[name=family]').value = id; }, outside);
    assert.equal(await statusAfter(page, make), 404);
  });

  it('is made for nobody who is not asked for from the console’s own page', async () => {
    await page.goto('/console/devices');
    const before = await total(page);
    const answer = await page.request.post('/console/enrol', {
      headers: { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' },
      data: 'name=Somebody&role=surveyor&area=JED',
    });
    assert.equal(answer.status(), 403);
    await page.goto('/console/devices');
    assert.equal(await total(page), before);
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
