// A handful of safeguards judged by hand, to have findings of every outcome on the page while it is built.
const kHour = 3_600_000;
const moment = (value) =>
  typeof value === 'string' ? Date.parse(value.replace('~', '').split('/')[0]) : Number.NaN;

function clock(record, start, done, hours) {
  const from = moment(start);
  const due = from + hours * kHour;
  return (now) => {
    if (Number.isNaN(from)) return { outcome: 'unknown', missing: ['started'] };
    const times = { start: new Date(from).toISOString(), due: new Date(due).toISOString() };
    if (!Number.isNaN(moment(done)))
      return moment(done) <= due
        ? { outcome: 'met', ...times }
        : { outcome: 'breached', since: times.due, ...times };
    return now < due
      ? { outcome: 'running', warning: 50, ...times }
      : { outcome: 'breached', since: times.due, ...times };
  };
}

function requires(record, field) {
  return () => {
    const value = record.data[field];
    if (value === 'yes') return { outcome: 'met' };
    if (value === 'no')
      return {
        outcome: 'breached',
        since:
          typeof record.data.started === 'string' && record.data.started.includes('T')
            ? record.data.started
            : record.recorded_at,
      };
    return { outcome: 'unknown', missing: [field] };
  };
}

const kRules = {
  'JE-01': ['custody', (r) => clock(r, r.data.started, r.data.first_judge, 24)],
  'JB-02': ['custody', (r) => clock(r, r.data.started, undefined, 6)],
  'JB-03': ['custody', (r) => clock(r, r.data.started, r.data.explained, 6)],
  'JE-02': ['custody', (r) => clock(r, r.data.started, r.data.charged, 30 * 24)],
  'JE-15': ['custody', (r) => requires(r, 'entered_in_register')],
  'JB-11b': ['custody', (r) => requires(r, 'entered_in_register')],
  'JB-04': ['questioning', (r) => requires(r, 'lawyer')],
  'JB-05': ['questioning', (r) => requires(r, 'support_person')],
  'JB-07': ['questioning', (r) => requires(r, 'av_recorded')],
  'JA-12': ['registration', (r) => requires(r, 'has_birth_certificate')],
};

const kFallback = {
  'JE-01': {
    title: 'Brought before a judge in time',
    explain: 'Any child deprived of liberty is brought before a judge within a day.',
    basis: ['J18', 'J9'],
    source: ['CRC GC24 ¶90'],
    severity: 'critical',
    remedy: { title: 'Apply for release' },
    blocks: ['file_charge'],
    tells: ['LAW', 'JUD', 'NPM'],
  },
  'JE-02': {
    title: 'Charged or released within thirty days',
    explain: 'A child in pre-trial detention is formally charged within thirty days.',
    basis: ['J18'],
    source: ['CRC GC24 ¶90'],
    severity: 'high',
  },
  'JE-15': {
    title: 'Entered in an official register',
    explain: 'Nobody is held outside a register.',
    basis: ['J23'],
    source: ['CRC GC24 ¶95'],
    severity: 'high',
  },
};

export function evaluate(dossier, pack, now, all = false) {
  const findings = [];
  for (const [id, [kind, rule]] of Object.entries(kRules)) {
    const meta = pack.rules.find((item) => item.id === id) ?? kFallback[id];
    if (!meta) continue;
    const form = pack.kinds.find((item) => item.kind === kind);
    for (const record of dossier.records.filter((item) => item.kind === kind)) {
      const { missing = [], ...found } = rule(record)(now);
      if (found.outcome === 'met' && !all) continue;
      findings.push({
        safeguard: id,
        title: meta.title,
        explain: meta.explain,
        severity: meta.severity,
        record: record.id,
        kind,
        limited: false,
        ...found,
        missing: missing.map((path) => ({
          path: `${kind}.${path}`,
          title: form?.fields.find((field) => field.id === path)?.title ?? path,
        })),
        basis: (meta.basis ?? []).map((row) => ({
          id: row,
          gist: pack.provisions.find((item) => item.id === row)?.gist ?? '',
        })),
        source: [meta.source ?? []].flat(),
        remedy: meta.remedy ?? null,
        tells: meta.tells ?? [],
        blocks: meta.blocks ?? [],
      });
    }
  }
  return findings;
}
