// The list that is on screen, taken out as a file: made in the background, the same rows, and nothing that a spreadsheet would run.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';

import { addAccount } from './account.mjs';
import { barriers, bringAxe } from './barriers.mjs';
import { enrolPhone } from './phone.mjs';
import { alert, statusAfter, total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

const FORMULA = '=HYPERLINK("http://evil.example")';
const MOBILE = '+966500000001';

/** Every cell of a workbook's first sheet, by the same reader on every machine. */
const READ_BOOK = `
import sys, zipfile, xml.etree.ElementTree as tree
space = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
book = zipfile.ZipFile(sys.argv[1])
shared = [''.join(part.text or '' for part in one.iter(space + 't')) for one in tree.parse(book.open('xl/sharedStrings.xml')).getroot()]
sheet = tree.parse(book.open('xl/worksheets/sheet1.xml')).getroot()
print('rightToLeft' if sheet.find(f'{space}sheetViews/{space}sheetView').get('rightToLeft') else 'leftToRight')
print(len(list(sheet.iter(space + 'f'))))
for row in sheet.iter(space + 'row'):
    cells = [(cell.get('t'), cell.findtext(space + 'v')) for cell in row]
    print('\\t'.join(shared[int(value)] if kind == 's' else str(value) for kind, value in cells))
`;

describe('the list taken out', () => {
  const say = words('en');
  let scene, page, partner;
  before(async () => {
    scene = await Scene.set(async (set) => {
      const phone = await enrolPhone(set.centre, { name: 'Noura' });
      await phone.register('family', { name_ar: FORMULA, governorate: 'JED', mobile: MOBILE });
      await phone.sync();
      partner = await addAccount(set.centre, { login: 'partner', role: 'partner' });
      page = await set.visit(set.anna);
    });
  });
  after(() => scene?.end());

  /** Fills in the form of the list that is on screen, in the language of the page. */
  const wish = async (form, { on = page, personal, reason, tell = say } = {}) => {
    await on.getByText(tell('export'), { exact: true }).click();
    await on.getByLabel(tell('take-out-form')).selectOption(form);
    if (personal) await on.getByLabel(tell('take-out-personal')).check();
    if (reason) await on.getByLabel(tell('take-out-reason')).fill(reason);
    return on.getByRole('button', { name: tell('take-out-begin') });
  };
  const begin = async (form, options) => (await wish(form, options)).click();

  /** Waits for the file that was begun, and fetches it. */
  const download = async (on = page) => {
    const link = on.getByRole('link', { name: say('take-out-file') });
    await link.waitFor();
    const [file] = await Promise.all([on.waitForEvent('download'), link.click()]);
    return { path: await file.path(), name: file.suggestedFilename() };
  };

  it('has as a workbook the rows on screen, every page of them, with text as text', async () => {
    await page.goto('/console/families?governorate=JED');
    const shown = await total(page);
    await begin('xlsx');
    const { path, name } = await download();
    assert.match(name, /^families-\d{4}-\d\d-\d\d\.xlsx$/);
    const lines = execFileSync('python3', ['-c', READ_BOOK, path], { encoding: 'utf8' }).trimEnd().split('\n');
    const [direction, formulas, head, ...rows] = lines;
    assert.deepEqual([direction, formulas], ['leftToRight', '0']);
    assert.ok(head.startsWith(say('file-no')), head);
    assert.equal(rows.length, shown);
    assert.equal(rows.filter((row) => row.includes(FORMULA)).length, 1);
  });

  it('says on its page what it holds, and leads back to the list', async () => {
    assert.ok((await page.locator('main').innerText()).includes('Jeddah'));
    await page.getByRole('link', { name: say('take-out-back') }).click();
    assert.equal(new URL(page.url()).search, '?governorate=JED');
  });

  it('has as CSV the same rows, and no cell that begins as a formula', async () => {
    const shown = await total(page);
    await begin('csv');
    const text = readFileSync((await download()).path, 'utf8');
    assert.ok(text.startsWith('\ufeff'), 'Excel knows it as UTF-8');
    assert.equal(text.trimEnd().split('\n').length - 1, shown);
    assert.ok(text.includes(`"'=HYPERLINK(""http://evil.example"")"`), text);
    assert.ok(!text.includes(MOBILE), 'nothing personal unless it is asked for');
  });

  it('has as points of a map the same families, none at its home', async () => {
    await page.goto('/console/families?governorate=JED');
    const shown = await total(page);
    await begin('geojson');
    const { features } = JSON.parse(readFileSync((await download()).path, 'utf8'));
    assert.equal(features.length, shown);
    assert.equal(new Set(features.map(({ geometry }) => geometry.coordinates.join())).size, 1);
  });

  it('has personal columns for a reason alone, and keeps what was typed', async () => {
    await page.goto('/console/families?governorate=JED');
    const button = await wish('csv', { personal: true });
    assert.equal(await statusAfter(page, () => button.click()), 422);
    assert.equal(await alert(page), say('reason-wrong'));
    assert.equal(await page.getByLabel(say('take-out-form')).inputValue(), 'csv');
    await page.getByLabel(say('take-out-reason')).fill('call them about the fair');
    await page.getByRole('button', { name: say('take-out-begin') }).click();
    const text = readFileSync((await download()).path, 'utf8');
    assert.ok(text.includes(`'${MOBILE}`));
    await page.getByText(say('take-out-has-personal')).waitFor();
  });

  it('is offered to a partner without personal columns', async () => {
    const other = await scene.visit(partner);
    await other.goto('/console/families');
    await begin('csv', { on: other });
    const [head] = readFileSync((await download(other)).path, 'utf8').split('\n');
    assert.ok(!head.includes(say('take-out-needs')), head);
    await other.goto('/console/families');
    assert.equal(await other.getByLabel(say('take-out-personal')).count(), 0);
  });

  it('is nobody else’s', async () => {
    const job = await scene.visit(scene.anna);
    await job.goto('/console/families');
    await begin('csv', { on: job });
    await job.getByRole('link', { name: say('take-out-file') }).waitFor();
    const other = await scene.visit(partner);
    for (const path of [new URL(job.url()).pathname, `${new URL(job.url()).pathname}/file`]) {
      assert.equal((await other.goto(path)).status(), 404, path);
    }
  });

  it('is noted in the audit', async () => {
    const noted = await scene.centre.usra('audit', 'show');
    assert.equal(noted.filter((row) => row.action === 'list.take_out').length, 6);
  });

  it('can be used by everybody, on a phone and without JavaScript', async () => {
    const arabic = words('ar');
    const narrow = await scene.visit(scene.anna, { lang: 'ar', viewport: { width: 390, height: 844 } });
    await bringAxe(narrow.context());
    await narrow.goto('/console/families');
    await begin('parquet', { on: narrow, tell: arabic });
    await narrow.getByRole('link', { name: arabic('take-out-file') }).waitFor();
    assert.deepEqual(await barriers(narrow), []);
    assert.ok(await narrow.evaluate(() => document.scrollingElement.scrollWidth) <= 390);
    const plain = await scene.visit(scene.anna, { javaScriptEnabled: false });
    await plain.goto('/console/families');
    await begin('xlsx', { on: plain });
    await plain.getByRole('link', { name: say('take-out-file') }).waitFor();
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
