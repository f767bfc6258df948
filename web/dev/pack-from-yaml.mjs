// A developer's stand-in for GET /pack: reads roadmap/ and answers the shape of docs/api.md, cut to one role.
// It checks nothing; `homeward check-pack` does.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const kWrites = /^[WSCA]$/;
const kReads = /^[WRSCA]$/;

function load(file) {
  return existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined;
}

function loadAll(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => load(join(folder, name)));
}

function pick(text, lang) {
  if (text === undefined || typeof text === 'string') return text;
  return text[lang] ?? text.en;
}

function defined(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

export function packFor(root, roleId, lang) {
  const texts = load(join(root, `text/${lang}.yaml`)) ?? {};
  const english = load(join(root, 'text/en.yaml')) ?? {};
  const say = (key, own) => texts[key] ?? pick(own, lang) ?? english[key];
  const role = load(join(root, `roles/${roleId}.yaml`));
  const minimal = new Set(Object.values(role.minimal ?? {}).flat());
  const mayOf = (category, path) => {
    const letter = role.access[category] ?? '-';
    if (kWrites.test(letter)) return 'write';
    if (kReads.test(letter)) return 'read';
    return letter === 'm' && minimal.has(path) ? 'read' : undefined;
  };
  const fieldOf = (kind, field, path, above) => {
    const category = field.category ?? above;
    const fields = field.fields
      ?.map((inner) => fieldOf(kind, inner, `${path}.${inner.id}`, category))
      .filter(Boolean);
    const may = mayOf(category, path);
    if (!may) return undefined;
    return defined({
      id: field.id,
      type: field.type,
      title: say(`field.${path}`, field.title),
      help: say(`field.${path}.help`, field.help),
      basis: field.basis,
      category,
      required: field.required,
      repeats: field.repeats,
      codes: field.codes,
      to: field.to,
      fields,
      min: field.min,
      max: field.max,
      unit: pick(field.unit, lang),
      shown: field.shown === undefined ? undefined : String(field.shown),
      says: pick(field.says, lang),
      second_reason: field.second_reason,
      account: field.account,
      result: field.result,
      may,
    });
  };
  const dossiers = [];
  const kinds = [];
  for (const type of readdirSync(join(root, 'dossiers'))) {
    const { dossier, title, subject, birth, label } = load(
      join(root, 'dossiers', type, 'dossier.yaml'),
    );
    dossiers.push(
      defined({ dossier, title: say(`dossier.${dossier}`, title), subject, birth, label }),
    );
    for (const kind of loadAll(join(root, 'dossiers', type)).filter((item) => item.kind)) {
      const fields = kind.fields
        .map((field) => fieldOf(kind, field, `${kind.kind}.${field.id}`, kind.category))
        .filter(Boolean);
      if (fields.length === 0) continue;
      kinds.push(
        defined({
          kind: kind.kind,
          dossier: kind.dossier,
          title: say(`kind.${kind.kind}`, kind.title),
          help: say(`kind.${kind.kind}.help`, kind.help),
          basis: kind.basis,
          side: kind.side ?? 'protection',
          category: kind.category,
          repeats: kind.repeats ?? true,
          when: kind.when,
          summary: kind.summary,
          may: fields.some((field) => field.may === 'write') ? 'write' : 'read',
          fields,
        }),
      );
    }
  }
  const codes = {};
  for (const list of loadAll(join(root, 'codes'))) {
    const name = list.list ?? list.codes;
    const items = Array.isArray(list.codes) ? list.codes : (list.items ?? []);
    if (typeof name !== 'string') continue;
    codes[name] = defined({
      title: pick(list.title, lang),
      groups: list.groups,
      codes: items.map(({ code, label }) => ({
        code: String(code),
        label: say(`code.${name}.${code}`, label) ?? String(code),
      })),
    });
  }
  const titled = (items, prefix) =>
    (items ?? []).map((item) => ({ id: item.id, title: say(`${prefix}.${item.id}`, item.title) }));
  const safeguards = loadAll(join(root, 'safeguards'))
    .flat()
    .map((rule) => ({
      ...rule,
      title: say(`safeguard.${rule.id}`, rule.title),
      explain: say(`safeguard.${rule.id}.explain`, rule.explain),
    }));
  const pack = load(join(root, 'pack.yaml'));
  return {
    pack: pack.pack,
    version: pack.version,
    title: pick(pack.title, lang),
    lang,
    languages: pack.languages,
    time_zone: pack.time_zone,
    dossiers,
    kinds,
    codes,
    categories: titled(load(join(root, 'categories.yaml')), 'category'),
    safeguards: safeguards.map(({ id, title, explain, severity, about }) =>
      defined({ id, title, explain, severity, about }),
    ),
    acts: (load(join(root, 'acts.yaml')) ?? []).map(({ act, title, help, side, basis, roles }) =>
      defined({
        act,
        title: say(`act.${act}`, title),
        help: say(`act.${act}.help`, help),
        side,
        basis,
        may: roles?.includes(roleId) ?? false,
      }),
    ),
    purposes: titled(
      (load(join(root, 'purposes.yaml')) ?? []).filter(({ id }) => role.purposes.includes(id)),
      'purpose',
    ),
    roles: loadAll(join(root, 'roles')).map((item) => ({
      id: item.role,
      title: say(`role.${item.role}`, item.title),
    })),
    provisions: (load(join(root, 'provisions.yaml')) ?? []).map(({ id, gist }) => ({ id, gist })),
    texts: Object.fromEntries(
      Object.entries({ ...english, ...texts }).filter(([key]) => key.startsWith('ui.')),
    ),
    rules: safeguards,
    role,
  };
}
