#!/usr/bin/env node
// @ts-check
// Verifies a journal without Homeward's own code: written from docs/journal-format.md alone, in
// another language and over other libraries, so that nobody has to take the server's word for it.
// Needs Node 18 or later, the `sqlite3` command and the package that package-lock.json names:
//
//   (cd tools/verify && npm ci)
//   node tools/verify/verify.mjs DATA_FOLDER_OR_DATABASE [--key FILE] [--witness FILE]
//
// Prints one line of JSON for each finding and one with the counts. Ends with 0 when the journal is
// clean, 1 when something was found, 2 when it could not look.

import {spawn} from 'node:child_process';
import {existsSync, readFileSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {createInterface} from 'node:readline';

// ---- rows, through the sqlite3 command

/**
 * One `sqlite3` in one transaction answers all, so that a server that goes on meanwhile changes
 * nothing of what is seen. After a fault, which ends it, the next question starts another.
 */
class Database {
  /** @param {string} path */
  constructor(path) {
    this.path = path;
    /** @type {import('node:child_process').ChildProcessWithoutNullStreams | undefined} */
    this.child = undefined;
  }

  #start() {
    const words = ['-readonly', '-batch', '-bail', '-noheader', '-separator', '|', this.path];
    const child = spawn('sqlite3', words);
    this.trouble = '';
    child.stderr.on('data', (piece) => { this.trouble += piece; });
    // It may have ended before it read all.
    child.stdin.on('error', () => {});
    this.failed = new Promise((_, reject) => { child.on('error', reject); });
    this.failed.catch(() => {});
    this.ended = new Promise((resolve) => { child.on('close', resolve); });
    this.lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
    child.stdin.write('BEGIN;\n');
    this.child = child;
  }

  /** @type {import('./verifier.mjs').ReadRows} */
  rows = async (sql, onRow) => {
    if (this.child === undefined) this.#start();
    // No row of ours has one column with a space in it.
    const mark = `end of ${Math.random()}`;
    this.child?.stdin.write(`${sql};\n.print ${mark}\n`);
    for (;;) {
      const next = await Promise.race([this.lines.next(), this.failed]);
      if (next.done) break;
      if (next.value === mark) return;
      onRow(next.value.split('|'));
    }
    this.child = undefined;
    const status = await this.ended;
    throw new Error(this.trouble.trim() || `sqlite3 ended with ${status}`);
  };

  close() { this.child?.stdin.end(); }
}

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
  const {Signer, Verifier} = await import('./verifier.mjs');
  const options = optionsOf(process.argv.slice(2));
  const publicKey = Buffer.from(readFileSync(options.key, 'utf8').trim(), 'base64');
  if (publicKey.length !== 32) throw new Error(`${options.key} is no public key`);
  const database = new Database(options.database);
  const verifier = new Verifier(database.rows, new Signer(publicKey), options.witness);
  await verifier.run();
  database.close();
  for (const finding of verifier.findings) console.log(JSON.stringify(finding));
  console.log(JSON.stringify({...verifier.counts, findings: verifier.findings.length}));
  process.exitCode = verifier.findings.length === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(error.message);
  if (error.code === 'ERR_MODULE_NOT_FOUND') console.error('run "npm ci" beside verify.mjs first');
  process.exitCode = 2;
});
