// A developer's stand-in for the service: enough to build the pages against. It keeps everything in memory, seals
// nothing, judges a handful of safeguards by hand and must never be run with anybody's data.
//   node dev/mock-server.mjs [port]     name: demo, password: demo
import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluate } from './mock-rules.mjs';
import { packFor } from './pack-from-yaml.mjs';
import { seed } from './mock-seed.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../roadmap');
const dist = join(here, '../dist');
const kTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
const kCsp =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const packs = new Map();
function packIn(lang) {
  if (!packs.has(lang)) packs.set(lang, packFor(root, 'CW', lang));
  return packs.get(lang);
}

const me = { id: randomUUID(), name: 'Rania Haddad', role: 'CW', team: 'north' };
const colleagues = [
  me,
  { id: randomUUID(), name: 'Tomas Okello', role: 'CW', team: 'north' },
  { id: randomUUID(), name: 'Samira Diallo', role: 'SUP', team: 'north' },
];
const dossiers = new Map();
const sessions = new Set();
let seq = 0;

class Refusal extends Error {
  constructor(status, name, body = {}) {
    super(name);
    this.status = status;
    this.body = { type: `/problems/${name}`, title: name.replaceAll('_', ' '), status, ...body };
  }
}

function merge(target, patch) {
  const result = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (typeof value === 'object' && !Array.isArray(value))
      result[key] = merge(typeof result[key] === 'object' ? result[key] : {}, value);
    else result[key] = value;
  }
  return result;
}

function log(dossier, what, record, changes) {
  seq += 1;
  dossier.history.unshift({
    seq,
    at: new Date().toISOString(),
    actor: me,
    purpose: 'Y01',
    what,
    record: record?.id ?? null,
    kind: record?.kind ?? null,
    version: record?.version ?? null,
    changes,
  });
}

function look(dossier, what, more = {}) {
  dossier.reads.unshift({
    at: new Date().toISOString(),
    actor: me,
    purpose: 'Y01',
    what,
    categories: ['D01', 'D02', 'D16'],
    ...more,
  });
}

function changesOf(before, after) {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys]
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => ({ field: key, from: before[key] ?? null, to: after[key] ?? null }));
}

function check(kind, data, prefix) {
  const errors = [];
  for (const [key, value] of Object.entries(data)) {
    const field = kind.fields.find((item) => item.id === key);
    if (!field) errors.push({ pointer: `${prefix}/${key}`, detail: `unknown field ${key}` });
    else if (value === 'refuse me')
      errors.push({
        pointer: `${prefix}/${key}`,
        detail: 'This value is refused, to show how errors look.',
      });
  }
  if (errors.length > 0)
    throw new Refusal(422, 'invalid', { detail: 'Some answers have the wrong shape.', errors });
}

function addRecord(
  dossier,
  { id = randomUUID(), kind, data },
  prefix,
  at = new Date().toISOString(),
) {
  const known = dossier.records.find((record) => record.id === id);
  if (known) return known;
  const form = packIn('en').kinds.find((item) => item.kind === kind);
  if (!form)
    throw new Refusal(422, 'invalid', {
      errors: [{ pointer: '/kind', detail: `no kind ${kind}` }],
    });
  check(form, data, prefix);
  const record = {
    id,
    kind,
    version: 1,
    recorded_at: at,
    recorded_by: { id: me.id, name: me.name },
    data,
    versions: [data],
  };
  dossier.records.push(record);
  dossier.version += 1;
  log(dossier, 'add', record, changesOf({}, data));
  return record;
}

export function open({ id = randomUUID(), type = 'child', records }, at) {
  if (dossiers.has(id)) return dossiers.get(id);
  const dossier = {
    ref: id,
    type,
    version: 0,
    opened: at ?? new Date().toISOString(),
    records: [],
    history: [],
    reads: [],
  };
  records.forEach((record, index) => addRecord(dossier, record, `/records/${index}/data`, at));
  dossiers.set(id, dossier);
  return dossier;
}

const findingsOf = (dossier, lang) => evaluate(dossier, packIn(lang), Date.now());
const labelOf = (dossier) =>
  dossier.records.find((record) => record.kind === 'registration')?.data.pseudonym ?? '–';

function ageOf(dossier) {
  const birth = dossier.records.find((record) => record.kind === 'registration')?.data.birth;
  if (!birth || birth.unknown) return null;
  if (birth.low !== undefined) return { low: birth.low, high: birth.high };
  const [year, month = 1] = birth.born.replace('~', '').split('/')[0].split('-').map(Number);
  const low = Math.floor((Date.now() - Date.UTC(year, month - 1, 28)) / 31556952000);
  return {
    low: birth.born.includes('~') ? low - 1 : low,
    high: birth.born.includes('~') || birth.born.length === 4 ? low + 1 : low,
  };
}

function rowOf(dossier) {
  const findings = findingsOf(dossier, 'en');
  const count = (outcome) => findings.filter((finding) => finding.outcome === outcome).length;
  const worst = ['critical', 'high', 'medium', 'structural'].find((level) =>
    findings.some((finding) => finding.severity === level && finding.outcome === 'breached'),
  );
  return {
    ref: dossier.ref,
    label: labelOf(dossier),
    age: ageOf(dossier),
    overdue: count('breached'),
    running: count('running'),
    unknown: count('unknown'),
    worst: worst ?? null,
    opened: dossier.opened,
    mine: true,
  };
}

const reservedIn = (kind, data) =>
  kind.fields.filter((field) => field.second_reason && field.id in data).map(({ id }) => id);
const without = (data, ids) =>
  Object.fromEntries(Object.entries(data).filter(([id]) => !ids.includes(id)));

function reveal(dossier, id, { fields, reason }) {
  const record = dossier.records.find((item) => item.id === id);
  if (!record) throw new Refusal(404, 'not_found');
  look(dossier, 'reveal', {
    record: id,
    fields: fields.map((field) => `${record.kind}.${field}`),
    reason,
  });
  const asked = Object.entries(record.data).filter(([field]) => fields.includes(field));
  return { data: Object.fromEntries(asked) };
}

function fileOf(dossier, lang) {
  const pack = packIn(lang);
  return {
    ref: dossier.ref,
    type: dossier.type,
    version: dossier.version,
    label: labelOf(dossier),
    age: ageOf(dossier),
    side: 'protection',
    you: { role: 'CW', write: ['D01'], read: ['D01'] },
    withheld: ['D07', 'D08', 'D14'].map((category) => ({
      category,
      title: pack.categories.find(({ id }) => id === category)?.title ?? category,
    })),
    records: dossier.records.map(({ versions: _, ...record }) => {
      const kind = pack.kinds.find((item) => item.kind === record.kind);
      const incomplete = kind.fields
        .filter((field) => field.required && field.may === 'write' && !(field.id in record.data))
        .map((field) => field.id);
      const late =
        record.data.ended && record.data.started && record.data.ended < record.data.started;
      const apart = reservedIn(kind, record.data);
      return {
        ...record,
        data: without(record.data, apart),
        reserved: apart,
        incomplete,
        contradictions: late
          ? [
              {
                field: 'ended',
                says:
                  kind.fields.find(({ id }) => id === 'ended')?.says ?? 'Ended before it started',
              },
            ]
          : [],
      };
    }),
    findings: findingsOf(dossier, lang),
  };
}

function dossierAt(ref) {
  const dossier = dossiers.get(ref);
  if (!dossier) throw new Refusal(404, 'not_found');
  return dossier;
}

function amend(dossier, id, patch, ifMatch) {
  const record = dossier.records.find((item) => item.id === id);
  if (!record) throw new Refusal(404, 'not_found');
  if (!ifMatch) throw new Refusal(428, 'precondition_required');
  const from = Number(ifMatch.replaceAll('"', ''));
  const base = record.versions[from - 1];
  const theirs = record.data;
  const clashes = Object.keys(patch).filter(
    (key) =>
      JSON.stringify(base[key]) !== JSON.stringify(theirs[key]) &&
      JSON.stringify(merge(base, patch)[key]) !== JSON.stringify(theirs[key]),
  );
  if (from < record.version && clashes.length > 0) {
    throw new Refusal(409, 'conflict', {
      base,
      mine: merge(base, patch),
      theirs,
      conflicts: clashes.map((key) => `/${key}`),
    });
  }
  check(
    packIn('en').kinds.find((item) => item.kind === record.kind),
    patch,
    '',
  );
  const merged = from < record.version;
  record.data = merge(theirs, patch);
  record.version += 1;
  record.versions.push(record.data);
  dossier.version += 1;
  log(dossier, 'amend', record, changesOf(theirs, record.data));
  return {
    id,
    version: record.version,
    dossier_version: dossier.version,
    merged,
    findings: findingsOf(dossier, 'en'),
  };
}

function page(items, query, cursor) {
  const limit = Number(query.get('limit') ?? 50);
  const start = Number(query.get(cursor) ?? 0);
  return {
    items: items.slice(start, start + limit),
    next: start + limit < items.length ? String(start + limit) : null,
  };
}

function work(query, lang) {
  const items = [...dossiers.values()].flatMap((dossier) =>
    findingsOf(dossier, lang).map((finding) => ({
      ref: dossier.ref,
      label: labelOf(dossier),
      safeguard: finding.safeguard,
      title: finding.title,
      severity: finding.severity,
      outcome: finding.outcome,
      due: finding.due ?? null,
      since: finding.since ?? null,
      record: finding.record ?? null,
      kind: finding.kind ?? null,
    })),
  );
  const bucket = (item) => {
    if (item.outcome !== 'running') return item.outcome === 'breached' ? 'overdue' : 'unknown';
    const left = Date.parse(item.due) - Date.now();
    return left < 86_400_000 ? 'today' : left < 604_800_000 ? 'week' : 'later';
  };
  const rank = ['overdue', 'today', 'week', 'later', 'unknown'];
  items.sort(
    (a, b) =>
      rank.indexOf(bucket(a)) - rank.indexOf(bucket(b)) ||
      String(a.due).localeCompare(String(b.due)),
  );
  const counts = Object.fromEntries(
    rank.map((name) => [name, items.filter((item) => bucket(item) === name).length]),
  );
  return { ...page(items, query, 'after'), counts };
}

const sessionOf = (session) => ({
  account: { id: me.id, name: me.name },
  role: 'CW',
  purposes: packIn('en').role.purposes,
  csrf: session,
  expires: new Date(Date.now() + 8 * 3_600_000).toISOString(),
  idle_seconds: Number(process.env.MOCK_IDLE ?? 900),
});

const routes = [
  [
    'POST',
    /^\/session$/,
    ({ body }) => {
      if (body.name !== 'demo' || body.password !== 'demo')
        throw new Refusal(401, 'wrong_credentials');
      const session = randomUUID();
      sessions.add(session);
      return [
        200,
        sessionOf(session),
        { 'Set-Cookie': `session=${session}; HttpOnly; SameSite=Strict; Path=/` },
      ];
    },
  ],
  ['GET', /^\/session$/, ({ session }) => [200, sessionOf(session)]],
  [
    'DELETE',
    /^\/session$/,
    ({ session }) => {
      sessions.delete(session);
      return [204];
    },
  ],
  [
    'GET',
    /^\/pack$/,
    ({ lang }) => {
      const { rules: _, role: __, ...sent } = packIn(lang);
      return [200, sent];
    },
  ],
  ['GET', /^\/colleagues$/, () => [200, { colleagues }]],
  [
    'GET',
    /^\/dossiers$/,
    ({ query }) => {
      const all = [...dossiers.values()].filter(({ type }) => type === query.get('type')).reverse();
      const { items, next } = page(all, query, 'after');
      return [200, { items: items.map(rowOf), next, total: all.length }];
    },
  ],
  [
    'POST',
    /^\/dossiers$/,
    ({ body }) => {
      const dossier = open(body);
      return [
        201,
        {
          ref: dossier.ref,
          version: dossier.version,
          records: dossier.records.map(({ id, version }) => ({ id, version })),
          findings: findingsOf(dossier, 'en'),
        },
      ];
    },
  ],
  [
    'GET',
    /^\/dossiers\/([^/]+)$/,
    ({ match, lang }) => {
      const dossier = dossierAt(match[1]);
      look(dossier, 'read');
      return [200, fileOf(dossier, lang)];
    },
  ],
  [
    'POST',
    /^\/dossiers\/([^/]+)\/records$/,
    ({ match, body }) => {
      const dossier = dossierAt(match[1]);
      const record = addRecord(dossier, body, '/data');
      return [
        201,
        {
          id: record.id,
          version: record.version,
          dossier_version: dossier.version,
          findings: findingsOf(dossier, 'en'),
        },
      ];
    },
  ],
  [
    'PATCH',
    /^\/dossiers\/([^/]+)\/records\/([^/]+)$/,
    ({ match, body, request }) => [
      200,
      amend(dossierAt(match[1]), match[2], body, request.headers['if-match']),
    ],
  ],
  [
    'POST',
    /^\/dossiers\/([^/]+)\/records\/([^/]+)\/reveal$/,
    ({ match, body }) => [200, reveal(dossierAt(match[1]), match[2], body)],
  ],
  [
    'GET',
    /^\/dossiers\/([^/]+)\/findings$/,
    ({ match, lang }) => [
      200,
      { findings: evaluate(dossierAt(match[1]), packIn(lang), Date.now(), true) },
    ],
  ],
  [
    'POST',
    /^\/dossiers\/([^/]+)\/acts\/([^/]+)$/,
    ({ match, body, lang }) => {
      const dossier = dossierAt(match[1]);
      const blocking = findingsOf(dossier, lang).filter(
        (finding) => finding.outcome !== 'running' && finding.severity === 'critical',
      );
      if (blocking.length > 0) throw new Refusal(409, 'blocked', { findings: blocking });
      log(dossier, 'act', null, []);
      return [201, { id: body.id, act: match[2] }];
    },
  ],
  [
    'GET',
    /^\/dossiers\/([^/]+)\/history$/,
    ({ match, query }) => {
      const { items, next } = page(dossierAt(match[1]).history, query, 'before');
      return [200, { entries: items, next }];
    },
  ],
  [
    'GET',
    /^\/dossiers\/([^/]+)\/reads$/,
    ({ match, query }) => {
      const { items, next } = page(dossierAt(match[1]).reads, query, 'before');
      return [200, { reads: items, next }];
    },
  ],
  ['GET', /^\/work$/, ({ query, lang }) => [200, work(query, lang)]],
];

let lastLang = 'en';

async function answer(request, path, query) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'));
  for (const [method, pattern, handle] of routes) {
    const match = pattern.exec(path);
    if (!match || method !== request.method) continue;
    const session = /session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    const signedIn = sessions.has(session);
    if (!signedIn && !(path === '/session' && method === 'POST'))
      throw new Refusal(401, 'signed_out');
    if (method !== 'GET' && path !== '/session' && request.headers['x-csrf-token'] !== session)
      throw new Refusal(403, 'csrf');
    lastLang = query.get('lang') ?? lastLang;
    return handle({ match, body, query, request, session, lang: lastLang });
  }
  throw new Refusal(404, 'not_found');
}

function sendFile(path, response) {
  const file = normalize(join(dist, path === '/' ? 'index.html' : path));
  if (!file.startsWith(dist) || !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'Content-Type': kTypes[extname(file)] ?? 'application/octet-stream',
    'Content-Security-Policy': kCsp,
    'Referrer-Policy': 'no-referrer',
  });
  createReadStream(file).pipe(response);
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://mock');
  if (!url.pathname.startsWith('/api/v1/')) return sendFile(url.pathname, response);
  answer(request, url.pathname.slice('/api/v1'.length), url.searchParams)
    .catch((failure) => {
      if (!(failure instanceof Refusal)) console.error(failure);
      return failure instanceof Refusal
        ? [failure.status, failure.body]
        : [500, { type: 'about:blank', title: 'error', status: 500 }];
    })
    .then(([status, body, headers = {}]) => {
      response.writeHead(status, {
        'Content-Type': status >= 400 ? 'application/problem+json' : 'application/json',
        'Cache-Control': 'no-store',
        ...headers,
      });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
});

seed(open, me);
server.listen(Number(process.argv[2] ?? 8099), '127.0.0.1', () =>
  console.log(`listening on http://127.0.0.1:${server.address().port}`),
);
