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
import {createHash, createPublicKey, verify as verifySignature} from 'node:crypto';
import {existsSync, readFileSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {createInterface} from 'node:readline';
import {blake2b256} from './blake2b.mjs';

/** @typedef {{size: bigint, root: Buffer, from: string, tree?: string}} Claim */
/** @typedef {{seq: string, what: string}} Finding */

const none = Buffer.alloc(0);

/** @param {string} text */
const utf8 = (text) => Buffer.from(text, 'utf8');

/** @param {bigint | number} value */
function u64(value) {
  const out = Buffer.alloc(8);
  out.writeBigInt64LE(BigInt(value));
  return out;
}

/** @param {number} value */
function u32(value) {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}

/** Bytes after their length. @param {Buffer} bytes */
const run = (bytes) => Buffer.concat([u32(bytes.length), bytes]);

// ---- the three hashes of the format

/** @param {{seq: bigint, dossier: Buffer, record: Buffer | null, version: bigint, sealed: Buffer, prev: Buffer}} entry */
function hashOfEntry(entry) {
  return blake2b256(Buffer.concat([
    run(utf8('homeward.entry.v1')),
    u64(entry.seq),
    entry.dossier,
    Buffer.from([entry.record === null ? 0 : 1]),
    entry.record ?? Buffer.alloc(16),
    u64(entry.version),
    entry.prev,
    run(entry.sealed),
  ]));
}

/** @param {Buffer} dossier @param {string} type */
const hashBeforeFirst = (dossier, type) =>
  blake2b256(Buffer.concat([run(utf8('homeward.dossier.v1')), dossier, run(utf8(type))]));

/** A Merkle tree of RFC 6962 that grows leaf by leaf: [size of subtree, its root], largest first. */
class Tree {
  /** @type {{size: bigint, root: Buffer}[]} */
  subtrees = [];
  size = 0n;

  /** @param {Buffer} leaf */
  add(leaf) {
    this.subtrees.push({size: 1n, root: blake2b256(Buffer.concat([Buffer.from([0]), leaf]))});
    this.size += 1n;
    while (this.subtrees.length > 1 && this.subtrees.at(-1)?.size === this.subtrees.at(-2)?.size)
      this.#join();
  }

  #join() {
    const right = /** @type {{size: bigint, root: Buffer}} */ (this.subtrees.pop());
    const left = /** @type {{size: bigint, root: Buffer}} */ (this.subtrees.pop());
    this.subtrees.push({size: left.size + right.size, root: Tree.#node(left.root, right.root)});
  }

  /** @param {Buffer} left @param {Buffer} right */
  static #node(left, right) {
    return blake2b256(Buffer.concat([Buffer.from([1]), left, right]));
  }

  /** As it stands beside a checkpoint. */
  stored() {
    const roots = this.subtrees.map((subtree) => subtree.root);
    return Buffer.concat([u64(this.size), ...roots]).toString('hex').toUpperCase();
  }

  root() {
    if (this.subtrees.length === 0) return blake2b256(none);
    return this.subtrees.map((subtree) => subtree.root)
      .reduceRight((right, left) => Tree.#node(left, right));
  }
}

// ---- signed notes (C2SP)

class Signer {
  /** @param {Buffer} publicKey */
  constructor(publicKey) {
    this.origin = 'homeward/' + blake2b256(publicKey).subarray(0, 8).toString('hex');
    this.id = createHash('sha256')
      .update(Buffer.concat([utf8(this.origin + '\n'), Buffer.from([1]), publicKey]))
      .digest()
      .subarray(0, 4);
    // An Ed25519 key in the DER form that Node takes (RFC 8410).
    const head = Buffer.from('302a300506032b6570032100', 'hex');
    this.key = createPublicKey({key: Buffer.concat([head, publicKey]), format: 'der', type: 'spki'});
  }

  /** The claim of a note, or what is wrong with it. @param {string} note @returns {Claim | string} */
  read(note) {
    const match = /^([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/=]{44})\n\n\u2014 ([^\n ]+) ([A-Za-z0-9+/=]{92})\n$/
      .exec(note);
    if (!match) return 'is not a signed note';
    const [, origin, size, root, name, signed] = match;
    if (origin !== this.origin || name !== this.origin) return 'is of another journal';
    const bytes = Buffer.from(signed, 'base64');
    if (bytes.toString('base64') !== signed || bytes.length !== 68) return 'has a broken signature';
    if (!bytes.subarray(0, 4).equals(this.id)) return 'is signed by another key';
    const rootBytes = Buffer.from(root, 'base64');
    if (rootBytes.toString('base64') !== root || rootBytes.length !== 32) return 'has no root';
    const body = utf8(`${origin}\n${size}\n${root}\n`);
    if (!verifySignature(null, body, this.key, bytes.subarray(4))) return 'has a wrong signature';
    return {size: BigInt(size), root: rootBytes, from: ''};
  }
}

// ---- rows, through the sqlite3 command

/**
 * Shows each row of a query as its columns; blobs must be asked for with hex().
 * @param {string} database @param {string} sql @param {(columns: string[]) => void} onRow
 */
async function rows(database, sql, onRow) {
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
}

/** @param {string} hex */
const blob = (hex) => Buffer.from(hex, 'hex');
/** @param {string} hex */
const text = (hex) => blob(hex).toString('utf8');

// ---- the verification

class Verifier {
  /** @param {string} database @param {Signer} signer @param {string | undefined} witness */
  constructor(database, signer, witness) {
    this.database = database;
    this.signer = signer;
    this.witness = witness;
    /** @type {Finding[]} */
    this.findings = [];
    /** @type {Claim[]} */
    this.claims = [];
    this.signedSize = 0n;
    this.counts = {entries: 0, dossiers: 0, records: 0, checkpoints: 0, witnessed: 0};
    /** Per dossier: the last hash, how many entries, how many with a record. @type {Map<string, {head: Buffer, entries: bigint, version: bigint}>} */
    this.dossiers = new Map();
    /** Per dossier and record: its newest version and where. @type {Map<string, {version: bigint, seq: bigint}>} */
    this.records = new Map();
    /** @type {Map<string, string>} */
    this.types = new Map();
  }

  /** @param {bigint | number | string} seq @param {string} what */
  find(seq, what) { this.findings.push({seq: String(seq), what}); }

  async run() {
    const steps = [this.readCheckpoints, this.readWitness, this.readDossierTypes,
      this.checkEntries, this.checkDossiers, this.checkRecords, this.checkProjections, this.checkFile];
    for (const step of steps) {
      try {
        await step.call(this);
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') throw error;
        this.find(0, `cannot be read: ${/** @type {Error} */ (error).message}`);
      }
    }
  }

  async readCheckpoints() {
    const sql = 'SELECT seq, hex(note), hex(tree) FROM checkpoint ORDER BY seq';
    await rows(this.database, sql, ([seq, note, tree]) => {
      this.counts.checkpoints += 1;
      const claim = this.signer.read(text(note));
      if (typeof claim === 'string') return this.find(seq, `the checkpoint ${claim}`);
      if (claim.size !== BigInt(seq)) this.find(seq, 'the checkpoint stands at another position');
      this.claims.push({...claim, from: 'the checkpoint', tree});
      if (claim.size > this.signedSize) this.signedSize = claim.size;
    });
  }

  readWitness() {
    if (this.witness === undefined) return;
    const lines = readFileSync(this.witness, 'utf8').split('\n');
    if (lines.pop() !== '' || lines.length % 5 !== 0)
      return this.find(0, 'the witness file ends within a note');
    for (let i = 0; i < lines.length; i += 5) {
      this.counts.witnessed += 1;
      const claim = this.signer.read(lines.slice(i, i + 5).join('\n') + '\n');
      if (typeof claim === 'string') {
        this.find(0, `in the witness file: the checkpoint ${claim}`);
        continue;
      }
      if (claim.size > this.signedSize)
        this.find(claim.size, 'the witness saw a checkpoint that the journal lacks');
      this.claims.push({...claim, from: 'the witness'});
    }
  }

  async readDossierTypes() {
    await rows(this.database, 'SELECT hex(id), hex(type) FROM dossier', ([id, type]) => {
      this.types.set(id, text(type));
    });
  }

  async checkEntries() {
    this.claims.sort((a, b) => (a.size < b.size ? -1 : a.size > b.size ? 1 : 0));
    const tree = new Tree();
    let next = 0;
    let last = 0n;
    const sql = 'SELECT seq, hex(dossier), record IS NULL, hex(record), version, hex(sealed), ' +
      'hex(prev), hex(hash) FROM entry ORDER BY seq';
    await rows(this.database, sql, (columns) => {
      const [position, dossier, isRemark, record, version, sealed, prev, hash] = columns;
      const entry = {
        seq: BigInt(position),
        dossier: blob(dossier),
        record: isRemark === '1' ? null : blob(record),
        version: BigInt(version),
        sealed: blob(sealed),
        prev: blob(prev),
      };
      if (entry.seq !== last + 1n) this.find(entry.seq, 'an entry before this one is missing');
      last = entry.seq;
      const computed = hashOfEntry(entry);
      if (computed.toString('hex').toUpperCase() !== hash)
        this.find(entry.seq, 'the entry was altered');
      this.follow(dossier, record, entry, computed);
      tree.add(computed);
      this.counts.entries += 1;
      while (next < this.claims.length && this.claims[next].size <= tree.size) {
        const claim = this.claims[next++];
        if (claim.size !== tree.size || !claim.root.equals(tree.root()))
          this.find(claim.size, `the entries are not those that ${claim.from} was made over`);
        if (claim.tree !== undefined && claim.tree !== tree.stored())
          this.find(claim.size, "the checkpoint's tree is not the one that was signed");
      }
    });
    for (; next < this.claims.length; ++next) {
      this.find(this.claims[next].size,
        `the journal ends before ${this.claims[next].from} was made: it was put back or cut`);
    }
  }

  /**
   * @param {string} dossier @param {string} record
   * @param {{seq: bigint, dossier: Buffer, record: Buffer | null, version: bigint, prev: Buffer}} entry
   * @param {Buffer} hash
   */
  follow(dossier, record, entry, hash) {
    let state = this.dossiers.get(dossier);
    if (state === undefined) {
      const type = this.types.get(dossier);
      if (type === undefined) this.find(entry.seq, 'the entry is of a dossier that does not exist');
      state = {head: hashBeforeFirst(entry.dossier, type ?? ''), entries: 0n, version: 0n};
      this.dossiers.set(dossier, state);
    }
    if (!state.head.equals(entry.prev))
      this.find(entry.seq, "the entry does not follow the dossier's entry before");
    state.head = hash;
    state.entries += 1n;
    if (entry.record === null) {
      if (entry.version !== 0n) this.find(entry.seq, 'a remark has a version');
      return;
    }
    state.version += 1n;
    const newest = this.records.get(`${dossier}/${record}`);
    if (entry.version !== (newest?.version ?? 0n) + 1n)
      this.find(entry.seq, 'a version of the record is missing');
    this.records.set(`${dossier}/${record}`, {version: entry.version, seq: entry.seq});
  }

  async checkDossiers() {
    const sql = 'SELECT hex(id), version, entries, hex(head) FROM dossier';
    await rows(this.database, sql, ([id, version, entries, head]) => {
      this.counts.dossiers += 1;
      const state = this.dossiers.get(id) ??
        {head: hashBeforeFirst(blob(id), this.types.get(id) ?? ''), entries: 0n, version: 0n};
      const agrees = state.head.toString('hex').toUpperCase() === head &&
        state.entries === BigInt(entries) && state.version === BigInt(version);
      if (!agrees) this.find(0, `the row of dossier ${id} does not agree with its entries`);
    });
  }

  async checkRecords() {
    const sql = 'SELECT hex(dossier), hex(id), version, seq FROM record';
    await rows(this.database, sql, ([dossier, id, version, seq]) => {
      this.counts.records += 1;
      const newest = this.records.get(`${dossier}/${id}`);
      if (newest === undefined) return this.find(seq, 'a record has no entry');
      if (newest.version !== BigInt(version) || newest.seq !== BigInt(seq))
        this.find(seq, 'a record does not point to its newest entry');
      this.records.delete(`${dossier}/${id}`);
    });
    for (const {seq} of this.records.values()) this.find(seq, "an entry's record is missing");
  }

  async checkProjections() {
    const sql = 'SELECT count(*) FROM projection p LEFT JOIN dossier d ON d.id = p.dossier ' +
      'WHERE d.id IS NULL OR p.version > d.version';
    await rows(this.database, sql, ([count]) => {
      if (count !== '0') this.find(0, 'there are projections of no dossier or of a later version');
    });
  }

  async checkFile() {
    await rows(this.database, 'PRAGMA integrity_check(100)', ([line]) => {
      if (line !== 'ok') this.find(0, line);
    });
  }
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
  const options = optionsOf(process.argv.slice(2));
  const publicKey = Buffer.from(readFileSync(options.key, 'utf8').trim(), 'base64');
  if (publicKey.length !== 32) throw new Error(`${options.key} is no public key`);
  const verifier = new Verifier(options.database, new Signer(publicKey), options.witness);
  await verifier.run();
  for (const finding of verifier.findings) console.log(JSON.stringify(finding));
  console.log(JSON.stringify({...verifier.counts, findings: verifier.findings.length}));
  process.exitCode = verifier.findings.length === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 2;
});
