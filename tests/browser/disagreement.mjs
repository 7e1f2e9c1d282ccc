// Two surveyors who do not know of each other count different workers of a family: a conflict that a person settles.

import { enrolPhone } from './phone.mjs';

/** The field that they disagree about. */
export const FIELD = 'workers_hired';
/** What the first wrote, and the second. */
export const COUNTED = ['41', '57'];

/** Makes the disagreement on a family of Jeddah; says which, and the two phones. */
export async function disagree(centre, [field, values] = [FIELD, COUNTED]) {
  const phones = [await enrolPhone(centre, { name: 'نورة' }), await enrolPhone(centre, { name: 'سارة' })];
  for (const phone of phones) await phone.sync();
  const [family] = await phones[0].families();
  for (const [place, phone] of phones.entries()) await phone.edit(family, { [field]: values[place] });
  for (const phone of phones) await phone.sync();
  return { family, one: phones[0], two: phones[1] };
}
