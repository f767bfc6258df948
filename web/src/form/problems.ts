/** Brings an error that names a JSON pointer to the field that can clear it. */
import type { Field, FieldProblem } from '../api/types';
import { pointerParts, pointerTo } from '../values/json';

export interface Shown {
  readonly pointer: string;
  readonly detail: string;
}

const kBodyPrefixes: readonly RegExp[] = [/^\/data(?=\/|$)/, /^\/records\/\d+\/data(?=\/|$)/];

function insideData(pointer: string): string {
  for (const prefix of kBodyPrefixes) if (prefix.test(pointer)) return pointer.replace(prefix, '');
  return pointer;
}

/** The pointer of the innermost question that `pointer` lies in; undefined when the form has none. */
export function questionOf(fields: readonly Field[], pointer: string): string | undefined {
  const parts = pointerParts(pointer);
  let here = '';
  let level: readonly Field[] = fields;
  let found: string | undefined;
  for (let i = 0; i < parts.length; i += 1) {
    const field = level.find((candidate) => candidate.id === parts[i]);
    if (!field) return found;
    here = pointerTo(here, field.id);
    found = here;
    if (field.repeats && i + 1 < parts.length) {
      i += 1;
      here = pointerTo(here, parts[i] ?? '');
      if (field.type !== 'group') return here;
    }
    if (field.type !== 'group') return found;
    level = field.fields ?? [];
  }
  return found;
}

export interface Placed {
  readonly byField: ReadonlyMap<string, string>;
  /** Errors about nothing that this form asks. */
  readonly elsewhere: readonly Shown[];
}

export function place(fields: readonly Field[], problems: readonly FieldProblem[]): Placed {
  const byField = new Map<string, string>();
  const elsewhere: Shown[] = [];
  for (const problem of problems) {
    const pointer = insideData(problem.pointer);
    const question = questionOf(fields, pointer);
    if (question === undefined) elsewhere.push({ pointer, detail: problem.detail });
    else byField.set(question, [byField.get(question), problem.detail].filter(Boolean).join(' '));
  }
  return { byField, elsewhere };
}

/** `stays.0.place` or `stays.place` (as the file names fields) as a pointer. */
export function pointerOfPath(path: string): string {
  return path.split(/[./]/).reduce((pointer, part) => pointerTo(pointer, part), '');
}
