import type { Json, JsonObject } from '../api/types';

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => key in b && equal(a[key], b[key]))
    );
  }
  return false;
}

/** The JSON merge patch (RFC 7396) that turns `before` into `after`; empty when nothing changed. */
export function mergePatch(before: JsonObject, after: JsonObject): JsonObject {
  const patch: Record<string, Json> = {};
  for (const key of Object.keys(before)) if (!(key in after)) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    const old = before[key];
    if (equal(old, value)) continue;
    patch[key] = isObject(old) && isObject(value) ? mergePatch(old, value) : value;
  }
  return patch;
}

/** The members that an answer can have which is an object and no group (docs/pack-language.md §2). */
const kMembers = [
  ...['unknown', 'born', 'low', 'high', 'at', 'basis', 'parts', 'script', 'pcode', 'text'],
  ...['amount', 'currency'],
];

/** A merge patch that puts `value` in place of an answer that this page does not know. */
export function replacing(value: Json): Json {
  if (!isObject(value)) return value;
  return { ...Object.fromEntries(kMembers.map((key) => [key, null])), ...value };
}

/** What RFC 7396 makes of `target` and `patch`. */
export function applyPatch(target: JsonObject, patch: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const old = result[key];
    if (value === null) delete result[key];
    else result[key] = isObject(value) ? applyPatch(isObject(old) ? old : {}, value) : value;
  }
  return result;
}

export function pointerParts(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function pointerTo(base: string, part: string | number): string {
  return `${base}/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The value that a JSON pointer names; undefined where there is none. */
export function at(value: Json | undefined, pointer: string): Json | undefined {
  let here: Json | undefined = value;
  for (const part of pointerParts(pointer)) {
    if (isObject(here)) here = here[part];
    else if (isList(here)) here = here[Number(part)];
    else return undefined;
  }
  return here;
}
