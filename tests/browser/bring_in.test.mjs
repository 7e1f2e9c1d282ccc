// A list brought in: looked at as it would be read, put right on screen, confirmed, and what was left out fetched as a file.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';

import { addAccount } from './account.mjs';
import { barriers, bringAxe } from './barriers.mjs';
import { alert, statusAfter, total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

const SOURCE = 'غرفة جدة';
/** A list with a column that nobody knows by its head, a wrong number, and a family of another governorate. */
const LIST = [
  'رقم العضوية,اسم الأسرة,الجوال,المحافظة,البلدة القديمة',
  '1,كعك الروضة,٠٥٠٠٠٠٠٠٠١,جدة,الروضة',
  '2,تمر الصفا,0500000002,جدة,الصفا',
  '3,سدو,12,جدة,',
  '4,عسل الهدا,0500000004,الطائف,',
].join('\r\n');

describe('a list brought in', () => {
  const say = words('en');
  let scene, page, jeddah;
  before(async () => {
    scene = await Scene.set(async (set) => {
      jeddah = await addAccount(set.centre, { login: 'jeddah', area: 'JED' });
      page = await set.visit(jeddah);
    });
  });
  after(() => scene?.end());

  /** Fills in the form and says what sends it. */
  const fill = async (on, tell, text) => {
    await on.goto('/console/bring-in');
    await on.getByLabel(tell('bring-in-source')).fill(SOURCE);
    const file = { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
    await on.locator('input[type=file]').setInputFiles(file);
    return on.getByRole('button', { name: tell('bring-in-look') });
  };
  const send = async (on, tell, text) => {
    await (await fill(on, tell, text)).click();
    await on.getByRole('heading', { name: tell('bring-in-columns') }).waitFor();
  };
  const row = (text) => page.getByRole('row').filter({ hasText: text });
  const fact = (name) => page.locator('dl.facts > div').filter({ hasText: say(name) }).locator('dd').innerText();
  const counts = async () => Promise.all(['bring-in-new', 'bring-in-updated', 'bring-in-same', 'bring-in-rejected'].map(fact));

  it('is shown as it would be read, with what does not fit and why', async () => {
    await page.goto('/console/families');
    await page.getByRole('link', { name: say('bring-in-title') }).click();
    await send(page, say, LIST);
    assert.equal(await total(page), 3);
    assert.match(await row('كعك الروضة').innerText(), /\+966500000001/);
    assert.match(await row('عسل الهدا').or(row('الطائف')).innerText(), new RegExp(say('bring-in-out-of-scope')));
    assert.match(await row('12').filter({ hasText: say('bring-in-left-value') }).innerText(), /^4/);
  });

  it('takes a column that nobody knew once somebody says what it is', async () => {
    await page.locator('select[name=c4]').selectOption('district');
    await page.getByRole('button', { name: say('bring-in-look-again') }).click();
    await page.waitForURL(/c4=district/);
    assert.match(await row('كعك الروضة').innerText(), /الروضة\s*$/);
  });

  it('is written when it is confirmed, and its families are there and provisional', async () => {
    const before = (await scene.centre.counts()).rows.find((one) => one.governorate === 'JED');
    await page.getByRole('button', { name: say('bring-in-confirm') }).click();
    await page.getByText(say('bring-in-done')).waitFor();
    assert.deepEqual(await counts(), ['3', '0', '0', '1']);
    const after = (await scene.centre.counts()).rows.find((one) => one.governorate === 'JED');
    assert.deepEqual([after.families - before.families, after.verified - before.verified], [3, 0]);
    await page.goto(`/console/families?q=${encodeURIComponent('كعك الروضة')}`);
    await row('كعك الروضة').waitFor();
    await page.goBack();
  });

  it('gives out what was left out, with its reasons', async () => {
    const link = page.getByRole('link', { name: say('bring-in-rejects') });
    const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const lines = readFileSync(await file.path(), 'utf8').trimEnd().split('\n');
    assert.deepEqual(lines.slice(1).map((line) => line.split(',')[0]), ['4', '5']);
  });

  it('changes nothing the second time', async () => {
    await send(page, say, LIST);
    await page.locator('select[name=c4]').selectOption('district');
    await page.getByRole('button', { name: say('bring-in-look-again') }).click();
    await page.waitForURL(/c4=district/);
    await page.getByRole('button', { name: say('bring-in-confirm') }).click();
    await page.getByText(say('bring-in-done')).waitFor();
    assert.deepEqual(await counts(), ['0', '0', '3', '1']);
  });

  it('is refused in words when it is no list, and keeps what was typed', async () => {
    const button = await fill(page, say, 'only heads\n');
    assert.equal(await statusAfter(page, () => button.click()), 422);
    assert.equal(await alert(page), say('bring-in-empty'));
    assert.equal(await page.getByLabel(say('bring-in-source')).inputValue(), SOURCE);
  });

  it('is nobody else’s', async () => {
    await send(page, say, LIST);
    const other = await scene.visit(scene.anna);
    assert.equal((await other.goto(new URL(page.url()).pathname)).status(), 404);
  });

  for (const viewport of [{ width: 390, height: 844 }, { width: 1280, height: 800 }]) {
    it(`can be used by everybody: ${viewport.width} px wide`, async () => {
      const arabic = words('ar');
      const reader = await scene.visit(jeddah, { lang: 'ar', viewport });
      await bringAxe(reader.context());
      const faults = [];
      const look = async () => {
        faults.push(...(await barriers(reader)));
        const wide = await reader.evaluate(() => document.scrollingElement.scrollWidth);
        if (wide > viewport.width) faults.push(`${reader.url()}: ${wide} px wide`);
      };
      await send(reader, arabic, LIST);
      await look();
      await reader.locator('select[name=c3]').selectOption('');
      await reader.getByRole('button', { name: arabic('bring-in-look-again') }).click();
      assert.equal(await alert(reader), arabic('bring-in-columns-wrong'));
      await look();
      await send(reader, arabic, LIST);
      await reader.getByRole('button', { name: arabic('bring-in-confirm') }).click();
      await reader.getByText(arabic('bring-in-done')).waitFor();
      await look();
      assert.deepEqual(faults, []);
    });
  }

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
