// Draws the pictures of the console that the documentation shows: made-up families, what is sensitive masked. `make screenshots`
// runs it.

import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { addAccount } from './account.mjs';
import { disagree } from './disagreement.mjs';
import { holdWork } from './held_work.mjs';
import { Scene } from './scene.mjs';

const PICTURES = new URL('../../docs/images/', import.meta.url);
const WIDTHS = [1280, 390];
/** What is below this is cut off. */
const HIGHEST = 1600;

/** Lets people disagree about a family and work be held, and makes an account to look with; says the family. */
async function furnish(scene) {
  const { family, one } = await disagree(scene.centre, ['primary_activity', ['CRFT-SADU', 'WEAR-TRAD']]);
  await holdWork(scene.centre, one, family);
  scene.huda = await addAccount(scene.centre, { login: 'huda', name: 'هدى' });
  return family;
}

function pictures(family) {
  const rooms = {
    overview: '/console', families: '/console/families', family: `/console/families/${family}`, review: '/console/review',
    licences: '/console/licences', needs: '/console/needs',
    held: '/console/held', devices: '/console/devices', 'sign-in': '/console/sign-in',
  };
  const of = (width) => Object.entries(rooms).map(([name, path]) => ({ file: `${name}-${width}`, path, width }));
  const overview = { path: rooms.overview, width: WIDTHS[0] };
  return [
    ...WIDTHS.flatMap(of),
    { ...overview, file: 'overview-en-1280', lang: 'en' },
    { ...overview, file: 'overview-dark-1280', colorScheme: 'dark' },
  ];
}

async function draw(scene, { file, path, width, lang = 'ar', colorScheme = 'light' }) {
  const options = { lang, colorScheme, viewport: { width, height: 800 } };
  const page = path.endsWith('/sign-in') ? await scene.stranger(options) : await scene.visit(scene.huda, options);
  await page.goto(path);
  await page.evaluate(() => document.fonts.ready);
  const height = Math.min(await page.evaluate(() => document.documentElement.scrollHeight), HIGHEST);
  const clip = { x: 0, y: 0, width, height };
  await page.screenshot({ path: fileURLToPath(new URL(`console-${file}.png`, PICTURES)), clip, fullPage: true });
  await page.context().close();
}

async function drawAll() {
  let family;
  const scene = await Scene.set(async (set) => { family = await furnish(set); });
  try {
    await mkdir(PICTURES, { recursive: true });
    for (const picture of pictures(family)) await draw(scene, picture);
  } finally {
    await scene.end();
  }
}

await drawAll();
