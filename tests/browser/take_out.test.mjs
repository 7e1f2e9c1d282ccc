// The list that is on screen, taken out: the same rows, and nothing that a spreadsheet would run.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';

import { enrolPhone } from './phone.mjs';
import { total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

const FORMULA = '=HYPERLINK("http://evil.example")';

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
  let scene, page;
  before(async () => {
    scene = await Scene.set(async (set) => {
      const phone = await enrolPhone(set.centre, { name: 'Noura' });
      await phone.register('family', { name_ar: FORMULA, governorate: 'JED' });
      await phone.sync();
      page = await set.visit(set.anna);
    });
  });
  after(() => scene?.end());

  const download = async (label) => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: say(label) }).click()]);
    return file.path();
  };

  it('has as a workbook the rows on screen, every page of them, with text as text', async () => {
    await page.goto('/console/families?governorate=JED');
    const lines = execFileSync('python3', ['-c', READ_BOOK, await download('export-xlsx')], { encoding: 'utf8' }).trimEnd().split('\n');
    const [direction, formulas, head, ...rows] = lines;
    assert.deepEqual([direction, formulas], ['leftToRight', '0']);
    assert.ok(head.startsWith(say('file-no')), head);
    assert.equal(rows.length, await total(page));
    assert.equal(rows.filter((row) => row.includes(FORMULA)).length, 1);
  });

  it('has as CSV the same rows, and no cell that begins as a formula', async () => {
    const text = execFileSync('cat', [await download('export-csv')], { encoding: 'utf8' });
    assert.ok(text.startsWith('\ufeff'), 'Excel knows it as UTF-8');
    assert.equal(text.trimEnd().split('\n').length - 1, await total(page));
    assert.ok(text.includes(`"'=HYPERLINK(""http://evil.example"")"`), text);
  });

  it('is noted in the audit', async () => {
    const noted = await scene.centre.usra('audit', 'show');
    assert.equal(noted.filter((row) => row.action === 'list.take_out').length, 2);
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});
