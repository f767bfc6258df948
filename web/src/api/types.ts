/** What the service sends and takes (docs/api.md). Nothing here knows a form, a rule or a role by name. */

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

// ---------------------------------------------------------------- the pack as sent (GET /pack?lang=)

export type FieldType =
  | 'text'
  | 'long_text'
  | 'number'
  | 'decimal'
  | 'tri'
  | 'date'
  | 'instant'
  | 'age'
  | 'code'
  | 'codes'
  | 'person_name'
  | 'place'
  | 'reference'
  | 'group'
  | 'money'
  | 'duration'
  | 'scale'
  | 'computed';

/** What the role may do with a kind or a field: `write` includes reading. What it may not read is not sent. */
export type May = 'read' | 'write';

export interface Field {
  readonly id: string;
  readonly type: FieldType;
  readonly title: string;
  readonly may: May;
  readonly category: string;
  readonly help?: string;
  readonly basis?: readonly string[];
  readonly required?: boolean;
  readonly repeats?: boolean;
  /** Name of the code list: for `code`, `codes`, and for the basis of an `age`. */
  readonly codes?: string;
  /** For `reference`: a kind of this dossier, or `dossier:<type>`. */
  readonly to?: string;
  /** For `group`. */
  readonly fields?: readonly Field[];
  readonly min?: number;
  readonly max?: number;
  readonly unit?: string;
  /** CEL, as written in the pack; the server judges it, the page only uses it to hide a question early. */
  readonly shown?: string;
  readonly says?: string;
  readonly second_reason?: boolean;
  readonly account?: boolean;
  /** For `computed`: the type of its result. */
  readonly result?: FieldType;
}

export type Side = 'protection' | 'justice';

export interface Kind {
  readonly kind: string;
  readonly dossier: string;
  readonly title: string;
  readonly may: May;
  readonly side: Side;
  readonly category: string;
  readonly repeats: boolean;
  readonly help?: string;
  readonly basis?: readonly string[];
  readonly when?: string;
  readonly summary?: readonly string[];
  readonly fields: readonly Field[];
}

export interface FieldPlace {
  readonly kind: string;
  readonly field: string;
}

export interface DossierType {
  readonly dossier: string;
  readonly title: string;
  readonly subject?: { readonly name: string; readonly kind: string };
  readonly birth?: FieldPlace;
  readonly labels?: readonly FieldPlace[];
}

export interface Code {
  readonly code: string;
  readonly label: string;
}

export interface CodeList {
  readonly title: string;
  readonly codes: readonly Code[];
  readonly groups?: { readonly [name: string]: readonly string[] };
}

export type Severity = 'critical' | 'high' | 'medium' | 'structural';

export interface Titled {
  readonly id: string;
  readonly title: string;
}

export interface Safeguard extends Titled {
  readonly severity: Severity;
  readonly explain?: string;
  readonly about: string;
}

export interface Act {
  readonly act: string;
  readonly title: string;
  readonly help?: string;
  /** False: the service's own step, offered on no file. */
  readonly on_file?: boolean;
  readonly side: Side | 'both';
  /** May this role ask for it? */
  readonly may: boolean;
  readonly basis?: readonly string[];
}

export interface Pack {
  readonly pack: string;
  readonly version: string;
  readonly title: string;
  readonly lang: string;
  readonly languages: readonly string[];
  readonly time_zone: string;
  readonly dossiers: readonly DossierType[];
  readonly kinds: readonly Kind[];
  readonly codes: { readonly [list: string]: CodeList };
  readonly categories: readonly Titled[];
  readonly safeguards: readonly Safeguard[];
  readonly acts: readonly Act[];
  readonly purposes: readonly Titled[];
  readonly roles: readonly Titled[];
  /** Whose files the role that is signed in reaches. */
  readonly scope: 'assigned' | 'team' | 'all';
  readonly provisions: readonly Provision[];
  /** Every `ui.*` key of text/<lang>.yaml, English where the language has none. */
  readonly texts: { readonly [key: string]: string };
}

// ---------------------------------------------------------------- sessions and people

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role?: string;
  readonly team?: string;
}

export interface Session {
  readonly account: Person;
  readonly role: string;
  readonly purposes: readonly string[];
  readonly csrf: string;
  readonly expires: string;
  readonly idle_seconds: number;
}

// ---------------------------------------------------------------- dossiers

/** Whole years, both ends included; null where nothing is known. */
export interface AgeRange {
  readonly low: number;
  readonly high: number;
}

export interface DossierRow {
  readonly ref: string;
  readonly label: string;
  readonly age: AgeRange | null;
  readonly overdue: number;
  readonly running: number;
  readonly unknown: number;
  readonly worst: Severity | null;
  readonly opened: string;
  readonly mine: boolean;
}

export interface Dossiers {
  readonly items: readonly DossierRow[];
  readonly next: string | null;
  readonly total: number;
}

export interface RecordEntry {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
  readonly recorded_at: string;
  readonly recorded_by: Person;
  readonly data: JsonObject;
  readonly withheld?: readonly string[];
  /** Fields with an answer that is shown only with a reason of its own (POST …/reveal). */
  readonly reserved?: readonly string[];
  readonly incomplete?: readonly string[];
  readonly contradictions?: readonly { readonly field: string; readonly says: string }[];
}

export interface DossierFile {
  readonly ref: string;
  readonly type: string;
  readonly version: number;
  readonly label: string;
  readonly age: AgeRange | null;
  readonly side: Side;
  readonly you: {
    readonly role: string;
    readonly write: readonly string[];
    readonly read: readonly string[];
  };
  readonly withheld: readonly { readonly category: string; readonly title: string }[];
  readonly records: readonly RecordEntry[];
  readonly findings: readonly Finding[];
}

export type Outcome = 'breached' | 'unknown' | 'running' | 'met' | 'not_applicable';

export interface Provision {
  readonly id: string;
  readonly gist: string;
}

export interface MissingAnswer {
  readonly path?: string;
  readonly field?: string;
  readonly title?: string;
}

export interface Finding {
  readonly safeguard: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly severity: Severity;
  readonly limited: boolean;
  readonly explain?: string;
  readonly record?: string | null;
  readonly kind?: string | null;
  readonly start?: string | null;
  readonly due?: string | null;
  readonly since?: string | null;
  readonly next_due?: string | null;
  /** The warning step of a running clock that has been passed: 0, 50, 75 or 90. */
  readonly warning?: number;
  /** Where an answer is missing: `path` (or `field`) is `kind.field…`; the title may be left to the pack. */
  readonly missing?: readonly MissingAnswer[];
  /** Provisions, with their gist or by id alone. */
  readonly basis?: readonly (string | Provision)[];
  readonly source?: readonly string[];
  readonly remedy?: { readonly title: string; readonly template?: string } | null;
  readonly tells?: readonly string[];
  readonly blocks?: readonly string[];
}

export interface NewRecord {
  readonly id: string;
  readonly kind: string;
  readonly data: JsonObject;
}

export interface Opened {
  readonly ref: string;
  readonly version: number;
  readonly records: readonly { readonly id: string; readonly version: number }[];
  readonly findings: readonly Finding[];
}

export interface Saved {
  readonly id: string;
  readonly version: number;
  readonly dossier_version: number;
  readonly merged?: boolean;
  readonly findings: readonly Finding[];
}

// ---------------------------------------------------------------- work, history, reads

export interface WorkItem {
  readonly ref: string;
  readonly label: string;
  readonly safeguard: string;
  readonly title: string;
  readonly severity: Severity;
  readonly outcome: Outcome;
  readonly due: string | null;
  readonly since: string | null;
  readonly start?: string | null;
  readonly record: string | null;
  readonly kind: string | null;
}

export type Lens = 'mine' | 'team';

export interface Work {
  readonly items: readonly WorkItem[];
  readonly counts: {
    readonly overdue: number;
    readonly today: number;
    readonly week: number;
    readonly later: number;
    readonly unknown: number;
  };
  readonly next: string | null;
}

export interface Change {
  readonly field: string;
  /** Absent where there was no answer before, or is none now. */
  readonly from?: Json;
  readonly to?: Json;
  /** The answers themselves are kept apart. */
  readonly reserved?: boolean;
}

export interface HistoryEntry {
  readonly seq: number;
  readonly at: string;
  readonly actor: Person;
  readonly purpose: string;
  readonly what: string;
  readonly record: string | null;
  readonly kind: string | null;
  readonly version: number | null;
  readonly changes: readonly Change[];
}

export interface History {
  readonly entries: readonly HistoryEntry[];
  readonly next: string | null;
}

export interface ReadEntry {
  readonly at: string;
  readonly actor: Person;
  readonly purpose: string;
  readonly what: string;
  readonly categories: readonly string[];
  /** Of a reveal, where the role may read them: `kind.field` of each, and why. */
  readonly fields?: readonly string[];
  readonly record?: string;
  readonly reason?: string;
}

export interface Reads {
  readonly reads: readonly ReadEntry[];
  readonly next: string | null;
}

// ---------------------------------------------------------------- problems (RFC 9457)

export interface FieldProblem {
  readonly pointer: string;
  readonly detail: string;
}

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
  readonly findings?: readonly Finding[];
  readonly base?: JsonObject;
  readonly mine?: JsonObject;
  readonly theirs?: JsonObject;
  readonly conflicts?: readonly string[];
}
