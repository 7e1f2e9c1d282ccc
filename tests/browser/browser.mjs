// The browser of the machine, and what no page of ours may do in it.

import { chromium } from 'playwright-core';

/** Longer than any page of ours takes on a busy machine. */
const PATIENCE_MS = 15_000;
/** What a browser notes of a page that is a refusal; the tests look at the status itself. */
const REFUSAL = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** Starts it. `USRA_CHROMIUM` names another than Debian's. */
export function launch() {
  return chromium.launch({ executablePath: process.env.USRA_CHROMIUM || '/usr/bin/chromium' });
}

/** Opens a context and notes into `faults` what its pages do that none may. */
export async function openContext(browser, origin, faults, options = {}) {
  const context = await browser.newContext({ baseURL: origin, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`a request to ${request.url()}`);
  });
  context.on('page', (page) => watch(page, faults));
  return context;
}

function watch(page, faults) {
  const note = (what) => faults.push(`${new URL(page.url()).pathname}: ${what}`);
  page.on('dialog', (dialog) => {
    note(`a dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on('pageerror', (error) => note(error.message));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // Whoever goes on before the letters have come does not wait for them.
    if (why !== 'net::ERR_ABORTED') note(`${request.url()}: ${why}`);
  });
  page.on('console', (line) => {
    if (['error', 'warning'].includes(line.type()) && !REFUSAL.test(line.text())) note(line.text());
  });
}
