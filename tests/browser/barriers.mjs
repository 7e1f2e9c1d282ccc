// What keeps people out of a page, found by axe-core: WCAG 2.2, levels A and AA.

import { readFileSync } from 'node:fs';

const AXE = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Lets pages of a context be looked through. Our policy runs no foreign script; what the browser itself brings may run. */
export function bringAxe(context) {
  return context.addInitScript(AXE);
}

/** The serious barriers on a page: the rule, and where. */
export async function barriers(page) {
  const { violations } = await page.evaluate((values) => {
    return globalThis.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
  }, RULES);
  const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  return serious.flatMap(({ id, nodes }) => nodes.map((node) => `${id} at ${node.target.join(' ')}`));
}
