// Tiles under the overview's map: pictures of this server, at their places, under circles that stay where they are.

import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { archive, png } from './archive.mjs';
import { Scene } from './scene.mjs';

const PLACES = new URL('../../sync-protocol/data/governorates.json', import.meta.url);

/** Where a place lies at zoom 8, in columns and rows, by web mercator. */
function mercator({ lon, lat }) {
  const angle = lat * Math.PI / 180;
  return [(lon + 180) / 360 * 256, (1 - Math.asinh(Math.tan(angle)) / Math.PI) * 128];
}

describe('the ground of the map', () => {
  let scene, page, folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'usra-tiles-'));
    await chmod(folder, 0o755);
    process.env.USRA_TILES = join(folder, 'made.pmtiles');
    const tiles = [];
    for (let column = 154; column < 160; column += 1) {
      for (let row = 110; row < 116; row += 1) {
        tiles.push({ zoom: 8, column, row, picture: png(8, () => [40 * (column - 154), 40 * (row - 110), 200]) });
      }
    }
    await writeFile(process.env.USRA_TILES, archive(tiles, '<a href="https://example.org">&copy; Made for a test</a>'));
    scene = await Scene.set(async (set) => {
      page = await set.visit(set.anna);
    });
  });
  after(async () => {
    await scene?.end();
    await rm(folder, { recursive: true, force: true });
  });

  const images = () => page.locator('svg.map image');

  it('is of pictures that load from this server', async () => {
    const loaded = [];
    page.on('response', (answer) => {
      if (new URL(answer.url()).pathname.startsWith('/console/tiles/')) loaded.push(answer);
    });
    await page.goto('/console', { waitUntil: 'load' });
    assert.equal(await images().count(), 16);
    assert.deepEqual(loaded.map((answer) => answer.status()), Array(16).fill(200));
    assert.ok(loaded.every((answer) => answer.headers()['content-type'] === 'image/png'));
    const widths = await images().evaluateAll((all) => Promise.all(all.map(async (one) => {
      const picture = new Image();
      picture.src = one.getAttribute('href');
      await picture.decode();
      return picture.naturalWidth;
    })));
    assert.deepEqual(widths, Array(16).fill(8));
  });

  it('covers the whole map, and every circle lies where its tile shows the place', async () => {
    const box = (locator) => locator.evaluate((one) => {
      const { left, top, right, bottom } = one.getBoundingClientRect();
      return { left, top, right, bottom };
    });
    const [map, first, last] = [await box(page.locator('svg.map')), await box(images().first()), await box(images().last())];
    assert.ok(first.left <= map.left && first.top <= map.top && last.right >= map.right && last.bottom >= map.bottom);
    const { governorates } = JSON.parse(await readFile(PLACES, 'utf8'));
    for (const place of governorates) {
      const [x, y] = mercator(place);
      const [column, row] = [Math.floor(x), Math.floor(y)];
      const tile = await box(page.locator(`svg.map image[href="/console/tiles/8/${column}/${row}"]`));
      const circle = await box(page.locator(`svg.map a[href*="governorate=${place.code}"] circle`));
      const across = tile.left + (tile.right - tile.left) * (x - column) - (circle.left + circle.right) / 2;
      const down = tile.top + (tile.bottom - tile.top) * (y - row) - (circle.top + circle.bottom) / 2;
      assert.ok(Math.hypot(across, down) < 1.5, `${place.code} is off by ${across}, ${down} pixels`);
    }
  });

  it('names who made it, as text', async () => {
    assert.equal(await page.locator('svg.map + p bdi').innerText(), '© Made for a test');
    assert.equal(await page.locator('svg.map + p a').count(), 0);
  });

  it('is not for strangers, who are led to the door', async () => {
    const stranger = await scene.stranger();
    await stranger.goto('/console/tiles/8/155/112');
    assert.equal(new URL(stranger.url()).pathname, '/console/sign-in');
  });

  it('did nothing that no page may', () => {
    assert.deepEqual(scene.faults, []);
  });
});
