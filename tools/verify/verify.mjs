#!/usr/bin/env node
// @ts-check
// Verifies a journal without Homeward's own code: written from docs/journal-format.md alone, in
// another language, with hash, tree and signature checks of its own, so that nobody has to take the
// server's word for it. Needs Node 18 or later and the `sqlite3` command; no packages.
//
//   node tools/verify/verify.mjs DATA_FOLDER_OR_DATABASE [--key FILE] [--witness FILE]
//
// Prints one line of JSON for each finding and one with the counts. Ends with 0 when the journal is
// clean, 1 when something was found, 2 when it could not look.

import {spawn} from 'node:child_process';
import {existsSync, readFileSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {createInterface} from 'node:readline';
import {Signer, Verifier} from './verifier.mjs';

// ---- rows, through the sqlite3 command

/** @param {string} database @returns {import('./verifier.mjs').ReadRows} */
const rows = (database) => async (sql, onRow) => {
  const child = spawn('sqlite3', ['-readonly', '-batch', '-noheader', '-separator', '|', database, sql], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let trouble = '';
  child.stderr.on('data', (piece) => { trouble += piece; });
  const ended = new Promise((resolve) => { child.on('close', resolve); });
  const failed = new Promise((_, reject) => { child.on('error', reject); });
  const read = (async () => {
    for await (const line of createInterface({input: child.stdout})) onRow(line.split('|'));
    return ended;
  })();
  const status = await Promise.race([read, failed]);
  if (status !== 0) throw new Error(trouble.trim() || `sqlite3 ended with ${status}`);
};

/** @param {string[]} words */
function optionsOf(words) {
  /** @type {{path?: string, key?: string, witness?: string}} */
  const options = {};
  for (let i = 0; i < words.length; ++i) {
    if (words[i] === '--key') options.key = words[++i];
    else if (words[i] === '--witness') options.witness = words[++i];
    else options.path = words[i];
  }
  if (options.path === undefined) throw new Error('name a data folder or a database');
  const isFolder = statSync(options.path).isDirectory();
  const database = isFolder ? join(options.path, 'homeward.db') : options.path;
  if (!existsSync(database)) throw new Error(`there is no ${database}`);
  return {
    database,
    key: options.key ?? join(dirname(database), 'signing.pub'),
    witness: options.witness,
  };
}

async function main() {
  const options = optionsOf(process.argv.slice(2));
  const publicKey = Buffer.from(readFileSync(options.key, 'utf8').trim(), 'base64');
  if (publicKey.length !== 32) throw new Error(`${options.key} is no public key`);
  const verifier = new Verifier(rows(options.database), new Signer(publicKey), options.witness);
  await verifier.run();
  for (const finding of verifier.findings) console.log(JSON.stringify(finding));
  console.log(JSON.stringify({...verifier.counts, findings: verifier.findings.length}));
  process.exitCode = verifier.findings.length === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 2;
});
