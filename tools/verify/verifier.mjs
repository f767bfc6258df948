// @ts-check
// What `verify.mjs` does, apart from where the rows come from.

import {createHash, createPublicKey, verify as verifySignature} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {createBLAKE2b} from 'hash-wasm';

/** Shows each row of a query as its columns, blobs in hexadecimal as SQLite's hex() writes them.
 * @typedef {(sql: string, onRow: (columns: string[]) => void) => Promise<void>} ReadRows */
/** @typedef {{size: bigint, root: Buffer, from: string, tree?: string}} Claim */
/** @typedef {{seq: string, what: string}} Finding */

const hasher = await createBLAKE2b(256);

/** H of the format, over pieces one after another. @param {Buffer[]} pieces */
function blake2b256(...pieces) {
  hasher.init();
  hasher.update(Buffer.concat(pieces));
  return Buffer.from(hasher.digest('binary').buffer);
}

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

const startOfEntry = run(utf8('homeward.entry.v1'));
const startOfDossier = run(utf8('homeward.dossier.v1'));
const startOfLeaf = Buffer.from([0]);
const startOfNode = Buffer.from([1]);

/** @param {{seq: bigint, dossier: Buffer, record: Buffer | null, version: bigint, sealed: Buffer, prev: Buffer}} entry */
export function hashOfEntry(entry) {
  return blake2b256(
    startOfEntry,
    u64(entry.seq),
    entry.dossier,
    Buffer.from([entry.record === null ? 0 : 1]),
    entry.record ?? Buffer.alloc(16),
    u64(entry.version),
    entry.prev,
    run(entry.sealed),
  );
}

/** @param {Buffer} dossier @param {string} type */
export const hashBeforeFirst = (dossier, type) =>
  blake2b256(startOfDossier, dossier, run(utf8(type)));

/** A Merkle tree of RFC 6962 that grows leaf by leaf: [size of subtree, its root], largest first. */
class Tree {
  /** @type {{size: bigint, root: Buffer}[]} */
  subtrees = [];
  size = 0n;

  /** @param {Buffer} leaf */
  add(leaf) {
    this.subtrees.push({size: 1n, root: blake2b256(startOfLeaf, leaf)});
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
    return blake2b256(startOfNode, left, right);
  }

  /** As it stands beside a checkpoint. */
  stored() {
    const roots = this.subtrees.map((subtree) => subtree.root);
    return Buffer.concat([u64(this.size), ...roots]).toString('hex').toUpperCase();
  }

  root() {
    if (this.subtrees.length === 0) return blake2b256();
    return this.subtrees.map((subtree) => subtree.root)
      .reduceRight((right, left) => Tree.#node(left, right));
  }
}

// ---- signed notes (C2SP)

export class Signer {
  /** @param {Buffer} publicKey */
  constructor(publicKey) {
    this.publicKey = publicKey;
    this.origin = 'homeward/' + blake2b256(publicKey).subarray(0, 8).toString('hex');
    // An Ed25519 key in the DER form that Node takes (RFC 8410).
    const head = Buffer.from('302a300506032b6570032100', 'hex');
    this.key = createPublicKey({key: Buffer.concat([head, publicKey]), format: 'der', type: 'spki'});
  }

  /** @param {string} name */
  idOf(name) {
    return createHash('sha256')
      .update(Buffer.concat([utf8(name + '\n'), Buffer.from([1]), this.publicKey]))
      .digest()
      .subarray(0, 4);
  }

  /**
   * The claim of a note, or what is wrong with it.
   * @param {string} note @param {string} expected the name it has to carry
   * @returns {Claim | string}
   */
  read(note, expected = this.origin) {
    const match = /^([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/=]{44})\n\n\u2014 ([^\n ]+) ([A-Za-z0-9+/=]{92})\n$/
      .exec(note);
    if (!match) return 'is not a signed note';
    const [, origin, size, root, name, signed] = match;
    if (origin !== expected || name !== expected) return 'is of another journal';
    const bytes = Buffer.from(signed, 'base64');
    if (bytes.toString('base64') !== signed || bytes.length !== 68) return 'has a broken signature';
    if (!bytes.subarray(0, 4).equals(this.idOf(name))) return 'is signed by another key';
    const rootBytes = Buffer.from(root, 'base64');
    if (rootBytes.toString('base64') !== root || rootBytes.length !== 32) return 'has no root';
    const body = utf8(`${origin}\n${size}\n${root}\n`);
    if (!verifySignature(null, body, this.key, bytes.subarray(4))) return 'has a wrong signature';
    return {size: BigInt(size), root: rootBytes, from: ''};
  }
}

// ---- columns

/** @param {string} hex */
const blob = (hex) => Buffer.from(hex, 'hex');
/** @param {string} hex */
const text = (hex) => blob(hex).toString('utf8');

// ---- the verification

export class Verifier {
  /** @param {ReadRows} rows @param {Signer} signer @param {string | undefined} witness a file */
  constructor(rows, signer, witness) {
    this.rows = rows;
    this.signer = signer;
    this.witness = witness;
    /** @type {Finding[]} */
    this.findings = [];
    /** @type {Claim[]} */
    this.claims = [];
    this.signedSize = 0n;
    /** What the note of the journal's end covers. @type {bigint | undefined} */
    this.endSize = undefined;
    /** @type {string[]} */
    this.witnessLines = [];
    this.counts = {entries: 0, dossiers: 0, records: 0, checkpoints: 0, witnessed: 0, afterCheckpoint: 0};
    /** Per dossier: the last hash and position, how many entries, how many with a record.
     * @type {Map<string, {head: Buffer, last: bigint, entries: bigint, version: bigint}>} */
    this.dossiers = new Map();
    /** Per dossier and record: its newest version and where. @type {Map<string, {version: bigint, seq: bigint}>} */
    this.records = new Map();
    /** @type {Map<string, string>} */
    this.types = new Map();
  }

  /** @param {bigint | number | string} seq @param {string} what */
  find(seq, what) { this.findings.push({seq: String(seq), what}); }

  async run() {
    const steps = [this.readWitness, this.readCheckpoints, this.checkWitnessed, this.readEnd, this.readDossierTypes,
      this.checkEntries, this.checkDossiers, this.checkRecords, this.checkProjections, this.checkGathered, this.checkFile];
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
    await this.rows(sql, ([seq, note, tree]) => {
      this.counts.checkpoints += 1;
      const claim = this.signer.read(text(note));
      if (typeof claim === 'string') return this.find(seq, `the checkpoint ${claim}`);
      if (claim.size !== BigInt(seq)) this.find(seq, 'the checkpoint stands at another position');
      this.claims.push({...claim, from: 'the checkpoint', tree});
      if (claim.size > this.signedSize) this.signedSize = claim.size;
    });
  }

  /** Before anything of the database: a server that goes on meanwhile may sign more. */
  readWitness() {
    if (this.witness === undefined) return;
    const lines = readFileSync(this.witness, 'utf8').split('\n');
    if (lines.pop() !== '' || lines.length % 5 !== 0)
      return this.find(0, 'the witness file ends within a note');
    this.witnessLines = lines;
  }

  checkWitnessed() {
    const lines = this.witnessLines;
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

  async readEnd() {
    await this.rows('SELECT hex(note) FROM tail', ([note]) => {
      const claim = this.signer.read(text(note), `${this.signer.origin}/tail`);
      if (typeof claim === 'string') return this.find(0, `at the journal's end: the note ${claim}`);
      this.claims.push({...claim, from: 'the note of the end'});
      this.endSize = claim.size;
    });
  }

  async readDossierTypes() {
    await this.rows('SELECT hex(id), hex(type) FROM dossier', ([id, type]) => {
      this.types.set(id, text(type));
    });
  }

  async checkEntries() {
    this.claims.sort((a, b) => (a.size < b.size ? -1 : a.size > b.size ? 1 : 0));
    const tree = new Tree();
    let next = 0;
    let last = 0n;
    const sql = 'SELECT seq, hex(dossier), record IS NULL, hex(record), version, hex(sealed), ' +
      'hex(prev), hex(hash), prev_seq FROM entry ORDER BY seq';
    await this.rows(sql, (columns) => {
      const [position, dossier, isRemark, record, version, sealed, prev, hash, prevSeq] = columns;
      const entry = {
        seq: BigInt(position),
        dossier: blob(dossier),
        record: isRemark === '1' ? null : blob(record),
        version: BigInt(version),
        sealed: blob(sealed),
        prev: blob(prev),
        prevSeq: BigInt(prevSeq),
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
    const vouched = this.endSize ?? this.signedSize;
    if (tree.size > vouched)
      this.find(vouched + 1n, 'nothing vouches for the entries from here on');
    // No witness knows of these yet.
    if (tree.size > this.signedSize)
      this.counts.afterCheckpoint = Number(tree.size - this.signedSize);
    for (; next < this.claims.length; ++next) {
      this.find(this.claims[next].size,
        `the journal ends before ${this.claims[next].from} was made: it was put back or cut`);
    }
  }

  /**
   * @param {string} dossier @param {string} record
   * @param {{seq: bigint, dossier: Buffer, record: Buffer | null, version: bigint, prev: Buffer,
   *   prevSeq: bigint}} entry
   * @param {Buffer} hash
   */
  follow(dossier, record, entry, hash) {
    let state = this.dossiers.get(dossier);
    if (state === undefined) {
      const type = this.types.get(dossier);
      if (type === undefined) this.find(entry.seq, 'the entry is of a dossier that does not exist');
      state = {head: hashBeforeFirst(entry.dossier, type ?? ''), last: 0n, entries: 0n, version: 0n};
      this.dossiers.set(dossier, state);
    }
    if (!state.head.equals(entry.prev))
      this.find(entry.seq, "the entry does not follow the dossier's entry before");
    if (entry.prevSeq !== state.last)
      this.find(entry.seq, "the entry does not point to its dossier's entry before");
    state.head = hash;
    state.last = entry.seq;
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
    const sql = 'SELECT hex(id), version, entries, hex(head), last_seq FROM dossier';
    await this.rows(sql, ([id, version, entries, head, lastSeq]) => {
      this.counts.dossiers += 1;
      const state = this.dossiers.get(id) ??
        {head: hashBeforeFirst(blob(id), this.types.get(id) ?? ''), last: 0n, entries: 0n, version: 0n};
      const agrees = state.head.toString('hex').toUpperCase() === head &&
        state.last === BigInt(lastSeq) && state.entries === BigInt(entries) &&
        state.version === BigInt(version);
      if (!agrees) this.find(0, `the row of dossier ${id} does not agree with its entries`);
    });
  }

  async checkRecords() {
    const sql = 'SELECT hex(dossier), hex(id), version, seq FROM record';
    await this.rows(sql, ([dossier, id, version, seq]) => {
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
    await this.rows(sql, ([count]) => {
      if (count !== '0') this.find(0, 'there are projections of no dossier or of a later version');
    });
  }

  async checkGathered() {
    const sql = 'SELECT count(*) FROM gathered g LEFT JOIN dossier d ON d.id = g.dossier ' +
      'LEFT JOIN entry e ON e.seq = g.seq WHERE d.id IS NULL OR g.version > d.version ' +
      'OR e.dossier IS NULL OR e.dossier <> g.dossier OR e.record IS NULL';
    await this.rows(sql, ([count]) => {
      if (count !== '0') this.find(0, 'there is something gathered that is not of its dossier');
    });
  }

  async checkFile() {
    await this.rows('PRAGMA integrity_check(100)', ([line]) => {
      if (line !== 'ok') this.find(0, line);
    });
  }
}

