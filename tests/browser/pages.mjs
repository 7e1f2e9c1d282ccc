// Every page of the console, each with something on it.

import { FIELD, disagree } from './disagreement.mjs';
import { holdWork } from './held_work.mjs';
import { pairUp } from './pair.mjs';

/** All columns of the list of families, and one that is none. */
const COLUMNS = 'file_no,name_en,place,sector,activity,status,standing,verified_on,registered_on,changed,conflicts,colour';

/** Lets people disagree about a family and work on it be held. */
export async function furnish(centre) {
  const { family, one } = await disagree(centre);
  const day = new Date().toISOString().slice(0, 10);
  const visit = { type: 'FOLLOW', outcome: 'DONE', started_at: `${day}T00:00:00Z`, next_visit_on: day };
  await one.register('visit', visit, family);
  await one.sync();
  return { phone: one.id, family, held: await holdWork(centre, one, family), pair: await pairUp(centre) };
}

/** The name and the address of each page. */
export function everyPage({ family, held, pair, phone }) {
  return [
    ['overview', '/console'],
    ['overview narrowed, and not understood', '/console?governorate=JED&sector=NONE'],
    ['sheet to print', '/console/print?governorate=JED'],
    ['overview of an earlier day', '/console?as_of=2026-01-31&need=TRNG'],
    ['overview of today', '/console?as_of=2099-12-31'],
    ['families of an earlier day', '/console/families?as_of=2099-12-31&governorate=JED'],
    ['published counts', '/console/counts'],
    ['families', '/console/families'],
    ['families with every column, and not understood', `/console/families?cols=${COLUMNS}`],
    ['families behind the last page', '/console/families?page=99'],
    ['families, none found', '/console/families?q=nobody'],
    ['bring in', '/console/bring-in'],
    ['family', `/console/families/${family}`],
    ['story of a record', `/console/records/${family}`],
    ['story of a field', `/console/records/${family}?key=${FIELD}`],
    ['licences', '/console/licences'],
    ['licences narrowed, and not understood', '/console/licences?type=HOM&licence=30&state=fine'],
    ['licences, none found', '/console/licences?type=VAT'],
    ['required licences', '/console/licences/required'],
    ['licence', `/console/licences/${family}/l1`],
    ['needs', '/console/needs'],
    ['needs, none found', '/console/needs?category=CHLD'],
    ['need', `/console/needs/${family}/n1`],
    ['verification', '/console/verify'],
    ['verification, none, and not understood', '/console/verify?sector=-&governorate=-&colour=red'],
    ['review', '/console/review'],
    ['review of a family', `/console/review?family=${family}`],
    ['duplicates', '/console/duplicates'],
    ['two families side by side', `/console/duplicates/${pair.one}/${pair.other}`],
    ['held', '/console/held?state=held'],
    ['held, none', '/console/held?state=refused'],
    ['held change', `/console/held/${held.record}/${held.change}`],
    ['devices', '/console/devices'],
    ['areas of a phone', `/console/devices/${phone}/areas`],
    ['fieldwork', '/console/fieldwork'],
    ['fieldwork of an area, and not understood', '/console/fieldwork?area=JED&colour=red'],
    ['visits', '/console/visits'],
    ['visits, none, and not understood', '/console/visits?from=2001-01-01&until=2001-01-02&colour=red'],
    ['enrol', '/console/enrol'],
    ['enrol a family’s phone', `/console/enrol?family=${family}`],
    ['fieldwork of a family', `/console/families/${family}/move`],
    ['families of an area that were not visited', '/console/families?area=JED&visited=no&block=-'],
    ['refused', '/console/families/nothing'],
  ];
}

/** The pages that a stranger sees. */
export const DOOR = [['sign-in', '/console/sign-in']];
