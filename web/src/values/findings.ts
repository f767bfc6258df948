import type { Finding, Outcome, Provision, RecordEntry, Severity } from '../api/types';
import type { PackBook } from '../pack/pack';

const kSeverityOrder: readonly Severity[] = ['critical', 'high', 'medium', 'structural'];
export const kOutcomeOrder: readonly Outcome[] = [
  'breached',
  'unknown',
  'running',
  'met',
  'not_applicable',
];

export function bySeverity(a: { severity: Severity }, b: { severity: Severity }): number {
  return kSeverityOrder.indexOf(a.severity) - kSeverityOrder.indexOf(b.severity);
}

function moment(text: string | null | undefined): number {
  return text ? Date.parse(text) : Number.MAX_SAFE_INTEGER;
}

/** Breached first, then what cannot be judged, then what runs; inside each the most severe, then the soonest. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      kOutcomeOrder.indexOf(a.outcome) - kOutcomeOrder.indexOf(b.outcome) ||
      bySeverity(a, b) ||
      moment(a.due) - moment(b.due) ||
      a.safeguard.localeCompare(b.safeguard),
  );
}

export interface FindingGroup {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
}

export function grouped(findings: readonly Finding[]): FindingGroup[] {
  const sorted = inOrder(findings);
  return kOutcomeOrder
    .map((outcome) => ({
      outcome,
      findings: sorted.filter((finding) => finding.outcome === outcome),
    }))
    .filter((group) => group.findings.length > 0);
}

export function ofRecord(findings: readonly Finding[], record: string): Finding[] {
  return findings.filter((finding) => finding.record === record);
}

export interface FieldLink {
  readonly kind: string;
  readonly field: string;
  /** Where to write it down: this record, or a new one of the kind. */
  readonly record: string | null;
}

/** Where the page can write down what a finding misses; `path` is `kind.field…`. */
export function linkFor(
  path: string,
  finding: Finding,
  records: readonly RecordEntry[],
): FieldLink | undefined {
  const [kind, ...rest] = path.split('.');
  if (!kind) return undefined;
  const field = rest.join('/');
  if (finding.kind === kind && finding.record) return { kind, field, record: finding.record };
  const first = records.find((record) => record.kind === kind);
  return { kind, field, record: first?.id ?? null };
}

/** A finding with everything that a card says, whether it came with it or stands in the pack. */
export interface FullFinding extends Finding {
  readonly missing: readonly { readonly path: string; readonly title: string }[];
  readonly basis: readonly Provision[];
}

export function completed(
  finding: Finding,
  book: PackBook,
  records: readonly RecordEntry[],
): FullFinding {
  const kind = finding.kind ?? records.find(({ id }) => id === finding.record)?.kind ?? null;
  const explain = finding.explain ?? book.safeguard(finding.safeguard)?.explain;
  return {
    ...finding,
    kind,
    ...(explain === undefined ? {} : { explain }),
    basis: (finding.basis ?? []).map((item) =>
      typeof item === 'string' ? { id: item, gist: book.gist(item) ?? '' } : item,
    ),
    missing: (finding.missing ?? []).map((item) => {
      const path = item.path ?? item.field ?? '';
      return { path, title: item.title ?? book.pathTitle(path) };
    }),
  };
}
