// The rooms of the console as a person reads them: how many it says there are, what it says was done.

/** A text without the marks that keep a word in it from its surroundings. */
export function bare(text) {
  return text.replace(/[\u2066-\u2069]/g, '');
}

/** The number that a text begins with, its thousands apart or not, and kept from its surroundings or not. */
export function numberOf(text) {
  const found = /^[\d,]+/.exec(bare(text).trim());
  if (!found) throw new Error(`no number: ${text}`);
  return Number(found[0].replaceAll(',', ''));
}

/** How many rows a room says that it has, on its English page. */
export async function total(page) {
  return numberOf(await page.locator('main p.lead[role="status"]').innerText());
}

/** A card of the overview. */
export function card(page, label) {
  return page.getByRole('link').filter({ has: page.getByText(label, { exact: true }) }).filter({ has: page.locator('.number') });
}

/** The number on a card of the overview. */
export async function numberOn(page, label) {
  return numberOf(await card(page, label).locator('.number').innerText());
}

/** What the page says was just done. */
export function said(page) {
  return page.locator('main p.said[role="status"]').innerText();
}

/** What the page says is wrong. */
export function alert(page) {
  return page.getByRole('alert').innerText();
}

/** The status of the answer that a step leads to. */
export async function statusAfter(page, step) {
  const answered = page.waitForResponse((response) => response.request().isNavigationRequest() && response.status() !== 303);
  await step();
  return (await answered).status();
}

/** Opens a page again and again until it has what is looked for, which the server does behind what phones sent; at most a minute. */
export async function until(page, address, found) {
  const end = Date.now() + 60_000;
  do {
    if (Date.now() > end) throw new Error(`${address} never had it`);
    await page.goto(address);
  } while ((await found().count()) === 0);
}
