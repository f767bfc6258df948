// Fails the build when what a browser loads has grown past the budget: a caseworker's line is slow.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const kBudgetBytes = 350 * 1024;
const folder = join(dirname(fileURLToPath(import.meta.url)), '../dist/assets');
const total = readdirSync(folder)
  .filter((name) => /\.(js|css)$/.test(name))
  .reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
console.log(
  `all scripts and styles: ${(total / 1024).toFixed(0)} KiB gzip of ${kBudgetBytes / 1024}`,
);
if (total > kBudgetBytes) process.exit(1);
