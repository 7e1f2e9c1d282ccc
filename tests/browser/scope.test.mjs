// Nobody sees more than is theirs: an account of one governorate, a partner.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { addAccount } from './account.mjs';
import { openDoors } from './doors.mjs';
import { enrolPhone } from './phone.mjs';
import { numberOn, total } from './room.mjs';
import { Scene } from './scene.mjs';
import { words } from './words.mjs';

describe('an account', () => {
  const say = words('en');
  let scene, jeddah, partner, inside, outside;
  before(async () => {
    scene = await Scene.set(async ({ centre }) => {
      jeddah = await addAccount(centre, { login: 'jeddah', area: 'JED' });
      partner = await addAccount(centre, { login: 'partner', role: 'partner' });
      inside = await familyOf(centre, 'JED');
      outside = await familyOf(centre, 'TIF');
    });
  });
  after(() => scene?.end());

  it('of a governorate counts and lists its families alone', async () => {
    const page = await scene.visit(jeddah);
    const { rows } = await scene.centre.counts();
    const own = rows.find((row) => row.governorate === 'JED').families;
    await page.goto('/console');
    assert.equal(await numberOn(page, say('families-counted')), own);
    await page.goto('/console/families');
    assert.equal(await total(page), own);
    const places = await page.getByRole('row').locator('td:nth-of-type(2)').allInnerTexts();
    assert.equal(places.length, own);
    assert.deepEqual(places.filter((place) => !place.startsWith('Jeddah')), []);
    for (const path of ['/console/families?governorate=TIF', '/console/families?standing=counted&governorate=TIF']) {
      await page.goto(path);
      assert.equal(await total(page), 0);
    }
  });

  it('has numbers that its rows do not contradict, whatever it sees', async () => {
    for (const account of [jeddah, partner]) {
      assert.deepEqual((await openDoors(await scene.visit(account), '/console')).wrong, [], account.login);
    }
  });

  it('of a governorate finds nothing of another', async () => {
    const page = await scene.visit(jeddah);
    assert.equal((await page.goto(`/console/families/${inside}`)).status(), 200);
    const story = `/console/records/${outside}`;
    for (const path of [`/console/families/${outside}`, story, `${story}?key=name_ar`]) {
      assert.equal((await page.goto(path)).status(), 404, path);
      await page.getByRole('heading', { level: 1, name: say('refused-title') }).waitFor();
    }
    await page.goto('/console/devices');
    const names = await page.getByRole('rowheader').allInnerTexts();
    assert.deepEqual(names.filter((name) => name.startsWith('TIF')), []);
  });

  it('of a governorate cannot decide about another', async () => {
    const page = await scene.visit(jeddah);
    await page.goto('/console');
    const answer = (path) => page.evaluate(async (to) => (await fetch(to, { method: 'POST', body: new URLSearchParams() })).status, path);
    const { verified } = await scene.centre.counts();
    assert.equal(await answer(`/console/families/${outside}/verify`), 404);
    assert.equal((await scene.centre.counts()).verified, verified);
  });

  it('of a partner has no room to decide in and sees no household', async () => {
    const page = await scene.visit(partner);
    await page.goto('/console');
    const rooms = page.getByRole('navigation', { name: say('rooms') }).getByRole('link');
    assert.deepEqual(await rooms.allInnerTexts(), [say('room-overview'), say('room-families'), say('room-licences')]);
    const closed = ['/console/needs', '/console/verify', '/console/review', '/console/held', '/console/devices', '/console/fieldwork', '/console/visits', '/console/enrol'];
    for (const path of closed) {
      assert.equal((await page.goto(path)).status(), 404, path);
    }
    await page.goto(`/console/families/${inside}`);
    const parts = await page.getByRole('heading', { level: 2 }).allInnerTexts();
    assert.ok(parts.includes(say('kind-family')), parts.join());
    assert.deepEqual(parts.filter((part) => [say('kind-household'), say('kind-visit')].includes(part)), []);
    for (const button of ['verify', 'reveal']) {
      assert.equal(await page.getByText(say(button), { exact: true }).count(), 0);
    }
  });

  it('lets no page complain', () => assert.deepEqual(scene.faults, []));
});

/** The id of a family of a governorate, by a phone that works there. */
async function familyOf(centre, area) {
  const phone = await enrolPhone(centre, { name: `${area} phone`, area });
  await phone.sync();
  return (await phone.families())[0];
}
