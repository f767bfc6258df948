/**
 * Decides early whether a question applies, for the plain conditions that packs mostly use: comparisons of answers of
 * this record with texts, numbers and truth values, `in`, `has`, `!`, `&&`, `||`. Anything else is `undefined`:
 * the question is then shown with a note. The server judges the whole expression; nothing is decided here for good.
 */
import type { Json, JsonObject } from '../api/types';
import { isList, isObject } from './json';

export type Verdict = boolean | undefined;

type Value = string | number | boolean | readonly (string | number)[] | undefined;

const kToken =
  /\s*(&&|\|\||==|!=|<=|>=|[!<>()[\],.]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|[A-Za-z_]\w*)/y;

function tokens(source: string): string[] | undefined {
  const found: string[] = [];
  kToken.lastIndex = 0;
  const text = source.trimEnd();
  while (kToken.lastIndex < text.length) {
    const next = kToken.exec(text);
    if (!next?.[1]) return undefined;
    found.push(next[1]);
  }
  return found;
}

function plain(answer: Json | undefined): Value {
  if (answer === 'yes') return true;
  if (answer === 'no') return false;
  if (answer === 'unknown') return undefined;
  if (typeof answer === 'string' || typeof answer === 'number' || typeof answer === 'boolean')
    return answer;
  if (isList(answer))
    return answer.filter((item) => typeof item === 'string' || typeof item === 'number');
  return undefined;
}

class Unsupported {}

class Reader {
  private index = 0;

  constructor(
    private readonly source: readonly string[],
    private readonly record: JsonObject,
    private readonly item: JsonObject | undefined,
  ) {}

  whole(): Value {
    const value = this.either();
    if (this.index !== this.source.length) throw new Unsupported();
    return value;
  }

  private take(token: string): boolean {
    if (this.source[this.index] !== token) return false;
    this.index += 1;
    return true;
  }

  private need(token: string): void {
    if (!this.take(token)) throw new Unsupported();
  }

  private either(): Value {
    let left = this.both();
    while (this.take('||')) {
      const right = this.both();
      left =
        left === true || right === true
          ? true
          : left === false && right === false
            ? false
            : undefined;
    }
    return left;
  }

  private both(): Value {
    let left = this.comparison();
    while (this.take('&&')) {
      const right = this.comparison();
      left =
        left === false || right === false
          ? false
          : left === true && right === true
            ? true
            : undefined;
    }
    return left;
  }

  private comparison(): Value {
    const left = this.unary();
    const operator = this.source[this.index];
    if (operator === undefined || !['==', '!=', '<', '<=', '>', '>=', 'in'].includes(operator))
      return left;
    this.index += 1;
    const right = this.unary();
    if (left === undefined || right === undefined) return undefined;
    if (operator === 'in') {
      if (typeof right !== 'object' || (typeof left !== 'string' && typeof left !== 'number'))
        throw new Unsupported();
      return right.includes(left);
    }
    if (operator === '==') return left === right;
    if (operator === '!=') return left !== right;
    if (typeof left !== 'number' || typeof right !== 'number') throw new Unsupported();
    if (operator === '<') return left < right;
    if (operator === '<=') return left <= right;
    return operator === '>' ? left > right : left >= right;
  }

  private unary(): Value {
    if (!this.take('!')) return this.primary();
    const value = this.unary();
    return typeof value === 'boolean' ? !value : undefined;
  }

  private primary(): Value {
    if (this.take('(')) {
      const value = this.either();
      this.need(')');
      return value;
    }
    if (this.take('[')) return this.list();
    const token = this.source[this.index++];
    if (token === undefined) throw new Unsupported();
    if (token === 'true' || token === 'false') return token === 'true';
    if (/^['"]/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, '$1');
    if (/^-?\d/.test(token)) return Number(token);
    if (token === 'has') {
      this.need('(');
      const answer = this.path(this.source[this.index++]);
      this.need(')');
      if (isObject(answer) && 'unknown' in answer) return undefined;
      return answer !== undefined;
    }
    return plain(this.path(token));
  }

  private list(): Value {
    const items: (string | number)[] = [];
    while (!this.take(']')) {
      const item = this.primary();
      if (typeof item !== 'string' && typeof item !== 'number') throw new Unsupported();
      items.push(item);
      if (!this.take(',') && this.source[this.index] !== ']') throw new Unsupported();
    }
    return items;
  }

  private path(root: string | undefined): Json | undefined {
    let here: Json | undefined;
    if (root === 'this') here = this.record;
    else if (root === 'it' && this.item) here = this.item;
    else throw new Unsupported();
    let steps = 0;
    while (this.take('.')) {
      const name = this.source[this.index++];
      if (name === undefined || this.source[this.index] === '(') throw new Unsupported();
      here = isObject(here) ? here[name] : undefined;
      steps += 1;
    }
    if (steps === 0) throw new Unsupported();
    return here;
  }
}

export function isShown(expression: string, record: JsonObject, item?: JsonObject): Verdict {
  const source = tokens(expression);
  if (!source) return undefined;
  try {
    const value = new Reader(source, record, item).whole();
    return typeof value === 'boolean' ? value : undefined;
  } catch (failure) {
    if (failure instanceof Unsupported) return undefined;
    throw failure;
  }
}

/** The answers of this record that an expression reads (`this.f`, `it.f`), by their first step. */
export function reads(expression: string): string[] {
  const found = [...expression.matchAll(/\b(?:this|it)\.([a-z_]\w*)/g)].map(
    (match) => match[1] ?? '',
  );
  return [...new Set(found)];
}
