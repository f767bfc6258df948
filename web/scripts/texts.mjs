// Writes src/generated/<lang>.json: the `ui.*` keys of roadmap/text/<lang>.yaml. They are what the page says before
// anybody has signed in (the pack is sent only then), and the type of every text key that the sources may name.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, '../../roadmap/text');
const target = join(here, '../src/generated');

mkdirSync(target, { recursive: true });
const texts = new Map();
for (const file of readdirSync(source).filter((name) => name.endsWith('.yaml'))) {
  const all = parse(readFileSync(join(source, file), 'utf8')) ?? {};
  const own = Object.entries(all).filter(([key]) => key.startsWith('ui.'));
  texts.set(file.replace('.yaml', ''), new Map(own));
}
const english = texts.get('en');
if (!english) throw new Error('roadmap/text/en.yaml has no ui.* keys');
for (const [lang, own] of texts) {
  const missing = [...english.keys()].filter((key) => !own.has(key));
  const unknown = [...own.keys()].filter((key) => !english.has(key));
  if (unknown.length > 0)
    throw new Error(`${lang}.yaml has ui keys that en.yaml has not: ${unknown.join(', ')}`);
  if (missing.length > 0)
    console.warn(
      `${lang}.yaml: ${missing.length} ui keys fall back to English: ${missing.join(', ')}`,
    );
  const merged = Object.fromEntries(
    [...english.keys()].map((key) => [key, own.get(key) ?? english.get(key)]),
  );
  writeFileSync(join(target, `${lang}.json`), JSON.stringify(merged, null, 1) + '\n');
}
