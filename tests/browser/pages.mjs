// Every page of the console, each with something on it.

import { FIELD, disagree } from './disagreement.mjs';
import { holdWork } from './held_work.mjs';
import { pairUp } from './pair.mjs';

/** Lets people disagree about a family and work on it be held. */
export async function furnish(centre) {
  const { family, one } = await disagree(centre);
  return { family, held: await holdWork(centre, one, family), pair: await pairUp(centre) };
}

/** The name and the address of each page. */
export function everyPage({ family, held, pair }) {
  return [
    ['overview', '/console'],
    ['overview narrowed, and not understood', '/console?governorate=JED&sector=NONE'],
    ['families', '/console/families'],
    ['families behind the last page', '/console/families?page=99'],
    ['families, none found', '/console/families?q=nobody'],
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
    ['review', '/console/review'],
    ['duplicates', '/console/duplicates'],
    ['two families side by side', `/console/duplicates/${pair.one}/${pair.other}`],
    ['held', '/console/held?state=held'],
    ['held, none', '/console/held?state=refused'],
    ['held change', `/console/held/${held.record}/${held.change}`],
    ['devices', '/console/devices'],
    ['refused', '/console/families/nothing'],
  ];
}

/** The pages that a stranger sees. */
export const DOOR = [['sign-in', '/console/sign-in']];
