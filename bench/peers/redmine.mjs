// Redmine as Debian ships it, in production mode under puma (2 processes of 5 threads) on PostgreSQL.
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {fields} from './cases.mjs';
import {free_port, postgres, run, start, until} from './machine.mjs';

const page = 25;
const workers = 2;
const threads = 5;

const quoted = (text) => `"${String(text).replaceAll('"', '""')}"`;
const csv = (rows) => rows.map((row) => row.map(quoted).join(',') + '\n').join('');

/** The custom fields of a case; its pseudonym is the subject of the issue. */
const custom = fields.filter(([name]) => name !== 'pseudonym');

function configuration(port) {
  return `production:\n  adapter: postgresql\n  host: 127.0.0.1\n  port: ${port}\n  database: redmine\n  username: postgres\n  encoding: utf8\n  pool: ${threads}\n`;
}

export async function redmine(place, all) {
  const database = await postgres(place, 'redmine');
  const debian = join(place, 'debian');
  const log = join(debian, 'var/log/redmine/default/production.log');
  rmSync(log, {force: true});
  writeFileSync(join(debian, 'etc/redmine/default/database.yml'), configuration(database.port));
  writeFileSync(join(debian, 'usr/share/redmine/Gemfile.local'), "gem 'puma'\n");
  const environment = {cwd: '/', env: {PATH: '/usr/sbin:/usr/bin:/bin', LANG: 'C.UTF-8', HOME: '/tmp', RAILS_ENV: 'production', REDMINE_INSTANCE: 'default', REDMINE_LANG: 'en'}};
  const inside = (user, text) => ['chroot', [`--userspec=${user}`, debian, '/bin/sh', '-c', `cd /usr/share/redmine && ${text}`]];
  // The lock of the gems is made anew, as the package does it, since puma is one of them now.
  const lock = '/var/lib/redmine/Gemfile.lock';
  run(...inside('root:root', `rm -f ${lock} && bundle install --local --quiet && chown www-data:www-data Gemfile.lock`), environment);
  run(...inside('www-data:www-data', 'SCHEMA=/dev/null bundle exec rake db:migrate'), environment);
  const codes = (name) => [...new Set(all.map((one) => one.flat[name]).filter(Boolean))];
  const model = custom.map(([name, coded]) => [name, coded ? codes(name) : null]);
  const ruby = readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'redmine_model.rb'), 'utf8');
  writeFileSync(join(debian, 'tmp/redmine_model.rb'), ruby);
  const answer = run(...inside('www-data:www-data', 'bundle exec rails runner /tmp/redmine_model.rb'), {...environment, input: JSON.stringify(model)});
  const made = JSON.parse(answer.trim().split('\n').at(-1));

  const port = await free_port();
  const base = `http://127.0.0.1:${port}`;
  const serve = `exec bundle exec puma -e production -w ${workers} -t ${threads}:${threads} --preload -b tcp://127.0.0.1:${port} config.ru`;
  const server = start(...inside('www-data:www-data', serve), join(place, 'log/redmine'), environment);
  const headers = [`X-Redmine-API-Key: ${made.key}`];
  await until(server, async () => (await fetch(`${base}/issues.json`, {headers: {'x-redmine-api-key': made.key}})).ok);

  // Rows as Redmine itself writes them for an issue that is created, put in by SQL: by its API
  // 10,000 take a quarter of an hour.
  const number = new Map(all.map((one, index) => [one, index + 1]));
  let filled = 0;
  const fill = async (list) => {
    const fresh = list.slice(filled);
    filled = list.length;
    const issues = fresh.map((one) => [number.get(one), made.tracker, made.project, one.flat.pseudonym, made.status, made.priority, made.worker, number.get(one)]);
    const values = fresh.flatMap((one) => custom.map(([name]) => ['Issue', number.get(one), made.fields[name], one.flat[name] ?? '']));
    database.sql('copy issues (id, tracker_id, project_id, subject, status_id, priority_id, author_id, root_id) from stdin csv', csv(issues));
    database.sql("update issues set lft = 1, rgt = 2, done_ratio = 0, lock_version = 0, is_private = false, created_on = now(), updated_on = now(), start_date = current_date where lft is null");
    database.sql('copy custom_values (customized_type, customized_id, custom_field_id, value) from stdin csv', csv(values));
    database.sql("select setval('issues_id_seq', (select max(id) from issues))");
    database.sql('analyze');
  };
  const body = (one) => ({
    issue: {
      project_id: made.project, tracker_id: made.tracker, subject: one.flat.pseudonym,
      custom_fields: custom.filter(([name]) => one.flat[name]).map(([name]) => ({id: made.fields[name], value: one.flat[name]})),
    },
  });
  const product = {
    name: 'Redmine', base, headers,
    roots: [server.pid, database.pid],
    count: () => Number(database.sql('select count(*) from issues')),
    operations: {
      read: {method: 'GET', path: (one) => `/issues/${number.get(one)}.json`},
      list: {method: 'GET', path: () => `/issues.json?limit=${page}&project_id=${made.project}`},
      search: {method: 'GET', path: (one) => `/issues.json?limit=${page}&project_id=${made.project}&subject=~${encodeURIComponent(one.flat.pseudonym)}`},
      create: {method: 'POST', path: () => '/issues.json', body},
    },
    settings: `production, puma with ${workers} processes of ${threads} threads, Rails ${made.rails}; PostgreSQL 15: ${database.settings}`,
    items: (body) => body.issues,
    does: {
      rules: 'none set: it checks lists of codes',
      sealed: 'no',
      reads: 'no; later changes are',
      durable: 'yes',
      lacks: 'no mail is sent (there is no server for it)',
    },
    stop: () => server.stop(),
  };
  return {products: [product], fill, stop: () => database.stop(), version: `Redmine ${made.version}`};
}
