// Two phones that do not know of each other register the same people: two families of Jeddah that may be one.

import { enrolPhone } from './phone.mjs';
import { until } from './room.mjs';

const MOBILE = '+966501234567';
const PEOPLE = ['نورة علي سالم العتيبي', 'خالد سعد الحربي'];
const NOTE = 'خمسون علبة في الأسبوع';

/** Registers them; says the two, the smaller id first, and who registered each. */
export async function pairUp(centre) {
  const written = [
    { name_ar: 'معمول أم خالد', workers_family: '2' },
    { name_ar: 'حلويات أم خالد', workers_family: '4', capacity_note: NOTE },
  ];
  const phones = [];
  const families = [];
  for (const [place, fields] of written.entries()) {
    const phone = await enrolPhone(centre, { name: `زائرة ${place + 1}` });
    await phone.sync();
    families.push(await phone.register('family', { ...fields, mobile: MOBILE, governorate: 'JED', district: 'السلامة' }));
    const people = Object.fromEntries(PEOPLE.map((name, at) => [`member/m${at}/name`, name]));
    await phone.register('household', people, families[place]);
    phones.push(phone);
  }
  for (const phone of phones) await phone.sync();
  const [one, other] = families;
  return { one, other, phones, mobile: MOBILE, person: PEOPLE[0], note: NOTE };
}

/** Waits until the pair is found: comparing runs behind the phones' syncs. */
export function waitForPair(page, { one, other }) {
  return until(page, '/console/duplicates', () => page.locator(`a[href$="/${one}/${other}"]`));
}
