// Words that exist nowhere else, planted wherever a text may be entered, and looked for in files, in every form that a
// program might write them in. A backup is looked through with `findIn(canaries, folder)` like any other folder.
import {randomBytes, randomInt, randomUUID} from 'node:crypto';
import {lstatSync, readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

const letters = (alphabet, count) => Array.from({length: count}, () => alphabet[randomInt(alphabet.length)]).join('');
const two = (number) => String(number).padStart(2, '0');

/** How bytes might be written: each form of `text`, by name. Base64 in its three alignments, without the ends that depend on the neighbours. */
export function formsOf(text) {
  const bytes = Buffer.from(text);
  const units = [...Array(text.length).keys()].map((i) => text.charCodeAt(i).toString(16).padStart(4, '0'));
  const percent = [...bytes].map((one) => '%' + one.toString(16).padStart(2, '0')).join('');
  const swapped = Buffer.from(text, 'utf16le').swap16();
  const forms = {
    raw: bytes, 'UTF-16LE': Buffer.from(text, 'utf16le'), 'UTF-16BE': swapped,
    hex: Buffer.from(bytes.toString('hex')), HEX: Buffer.from(bytes.toString('hex').toUpperCase()),
    percent: Buffer.from(percent), PERCENT: Buffer.from(percent.toUpperCase()),
    json: Buffer.from(units.map((unit) => '\\u' + unit).join('')), JSON: Buffer.from(units.map((unit) => '\\u' + unit.toUpperCase()).join('')),
  };
  for (let skip = 0; skip < 3; ++skip) {
    const encoded = Buffer.concat([Buffer.alloc(skip), bytes]).toString('base64').replace(/=+$/, '');
    const sure = encoded.slice(skip ? skip + 1 : 0, (skip + bytes.length) % 3 ? -1 : undefined);
    forms[`base64 ${skip}`] = Buffer.from(sure);
    forms[`base64url ${skip}`] = Buffer.from(sure.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}

const numberForms = (value) => {
  const little = Buffer.alloc(8);
  little.writeBigInt64LE(value);
  return {'little-endian': little, 'big-endian': Buffer.from(little).reverse()};
};

export class Canaries {
  // One mark begins all words: to look for it is to look for each of them. The other does so for another script.
  mark = letters('bcdfghjklmnpqrstvwxz', 12);
  arabic = letters('ابتثجحخدذرزسشصضطظعغفقكلمنهوي', 8);
  words = [];
  // Patterns by their first three bytes, and which of those there are: one pass for all of them.
  patterns = new Map();
  begins = new Uint8Array(1 << 24);

  constructor() {
    for (const mark of [this.mark, this.arabic]) this.look('a word', formsOf(mark));
  }
  look(label, forms) {
    for (const [form, bytes] of Object.entries(forms)) {
      const begin = (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
      this.begins[begin] = 1;
      this.patterns.set(begin, [...(this.patterns.get(begin) ?? []), {label, form, bytes}]);
    }
  }

  /** A word that no other place has. */
  word(label) {
    const word = this.mark + two(this.words.length % 100) + (this.words.length / 100 | 0) + 'q';
    this.words.push({label, word});
    return word;
  }
  /** A text whose form is prescribed. */
  exact(label, text, more = {}) {
    this.look(label, {...formsOf(text), ...more});
    this.words.push({label, word: text});
    return text;
  }
  date(label) {
    return this.exact(label, `19${randomInt(10, 60)}-${two(randomInt(1, 13))}-${two(randomInt(1, 29))}`);
  }
  instant(label) {
    const us = BigInt(Date.UTC(1990, 0, 1) + randomInt(8 * 365 * 86_400) * 1000) * 1000n;
    const text = new Date(Number(us / 1000n)).toISOString().replace('.000', '');
    return this.exact(label, text, numberForms(us));
  }
  digits(label, text) {
    return this.exact(label, text + letters('123456789', 9));
  }
  id(label) {
    const id = randomUUID();
    const hex = id.replaceAll('-', '');
    return this.exact(label, id, {bytes: Buffer.from(hex, 'hex'), 'without dashes': Buffer.from(hex)});
  }

  /** An answer to a field of the pack, with a canary in each part that is free. */
  answer(codes, field, path) {
    const one = () => {
      switch (field.type) {
        case 'text': return this.word(path);
        case 'long_text': return `${this.word(path)} told at length,\nand "quoted" <b>${this.word(path)}</b>`;
        case 'number': case 'scale': return field.max === undefined ? Number(this.digits(path, '731')) : field.max;
        case 'decimal': return field.max === undefined ? this.digits(path, '73.') : `${field.max}`;
        case 'tri': return 'yes';
        case 'date': return this.date(path);
        case 'instant': return this.instant(path);
        case 'age': return {born: this.date(path), basis: field.codes ? codes[field.codes][0] : this.word(path)};
        case 'code': return codes[field.codes].at(-1);
        case 'codes': return codes[field.codes].slice(-2);
        case 'person_name': return {parts: [{kind: 'given', text: this.word(path)}, {kind: 'family', text: this.arabic + path.length}], script: 'Latn'};
        case 'place': return {text: this.word(path), pcode: this.digits(path, 'IQ')};
        case 'reference': return this.id(path);
        case 'money': return {amount: this.digits(path, '41.'), currency: 'USD'};
        case 'duration': return this.exact(path, `PT${randomInt(7_000_000, 8_000_000)}M`);
        case 'group': return this.answers(codes, field.fields, path);
        default: throw new Error(`no canary for ${field.type}`);
      }
    };
    return field.repeats ? [one(), one()] : one();
  }
  answers(codes, fields, path) {
    const entered = fields.filter((field) => field.type !== 'computed');
    return Object.fromEntries(entered.map((field) => [field.id, this.answer(codes, field, `${path}.${field.id}`)]));
  }

  /** What of this stands in some bytes: `label in form`, each once. */
  hits(bytes) {
    const found = new Map();
    for (let at = 0, begin = bytes[0] << 8 | bytes[1]; at + 2 < bytes.length; ++at) {
      begin = ((begin << 8) | bytes[at + 2]) & 0xffffff;
      if (!this.begins[begin]) continue;
      for (const {label, form, bytes: pattern} of this.patterns.get(begin)) {
        const what = `${label} as ${form}`;
        if (found.has(what) || pattern.compare(bytes, at, Math.min(at + pattern.length, bytes.length)) !== 0) continue;
        found.set(what, `${what}: …${bytes.subarray(Math.max(0, at - 40), at + 60).toString('latin1')}…`);
      }
    }
    return [...found.values()];
  }
  /** The labels of the words that stand in some bytes as they are. */
  clear(bytes) {
    return this.words.filter(({word}) => bytes.includes(word)).map(({label}) => label);
  }
}

/** All files of a folder and those below it; what is gone when it is read was there for a moment and counts as nothing. */
export function filesIn(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const kind = lstatSync(path);
    return kind.isDirectory() ? filesIn(path) : kind.isFile() ? [path] : [];
  });
}

/** Canaries in the files of a folder and in their names: `path: what`. */
export function findIn(canaries, folder) {
  return filesIn(folder).flatMap((path) => [...canaries.hits(Buffer.from(path)), ...canaries.hits(readFileSync(path))].map((hit) => `${path}: ${hit}`));
}

/** Bytes in which nothing can be found but by chance. */
export const noise = () => randomBytes(1 << 20);
