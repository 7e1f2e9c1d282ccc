// Every number of the overview is a door to the rows that it counts.

import { numberOf } from './room.mjs';

/** What the numbers of the overview that is open say, and what is said behind each. */
function opened(page) {
  return page.evaluate(async () => {
    const doors = [...document.querySelectorAll('main a.card, main td.num a')];
    return Promise.all(doors.map(async (door) => {
      const number = (door.querySelector('.number') ?? door).textContent;
      const behind = new DOMParser().parseFromString(await (await fetch(door.href)).text(), 'text/html');
      const rows = behind.querySelector('main p.lead[role="status"]')?.textContent ?? '';
      return { path: door.getAttribute('href'), number, rows };
    }));
  });
}

/** Opens every door of the English overview at an address; says how many there are, and which lie. */
export async function openDoors(page, path) {
  await page.goto(path);
  const doors = await opened(page);
  const wrong = doors.filter(({ number, rows }) => rows === '' || numberOf(number) !== numberOf(rows));
  return { doors: doors.length, wrong: wrong.map((door) => `${door.path}: ${door.number} on the overview, ${door.rows}`) };
}
