// What the console says, read from the server's own catalogues: a test names an idea, not a wording.

import { readFileSync } from 'node:fs';

const CATALOGUES = new URL('../../server/words/', import.meta.url);
/** A message with its further lines, which are set in. */
const MESSAGE = /^([a-z][\w-]*) =(.*(?:\n[ \t]+.*)*)/gm;

/** The function that says a message in a language: `say('families-n', { n: 3 })`. */
export function words(lang) {
  const text = readFileSync(new URL(`${lang}.ftl`, CATALOGUES), 'utf8');
  const messages = new Map([...text.matchAll(MESSAGE)].map(([, name, pattern]) => [name, pattern.trim()]));
  return (name, args = {}) => {
    const pattern = messages.get(name);
    if (pattern === undefined) throw new Error(`${lang}.ftl has no message ${name}`);
    return filled(lang, pattern.includes('->') ? formOf(lang, pattern, args.n) : pattern, args);
  };
}

/** The plural form that a number takes. */
function formOf(lang, pattern, n) {
  const forms = Object.fromEntries([...pattern.matchAll(/\[(\w+)\] (.*)/g)].map(([, form, text]) => [form, text]));
  return forms[new Intl.PluralRules(lang).select(n)] ?? forms.other;
}

function filled(lang, pattern, args) {
  const written = (value) => (typeof value === 'number' ? new Intl.NumberFormat(`${lang}-u-nu-latn`).format(value) : value);
  return pattern.replace(/\{ \$(\w+) \}/g, (_, name) => written(args[name]));
}
