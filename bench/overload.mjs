// How long a healthy client waits while others are slow, many or sign in all at once: S19.
//   HOMEWARD_BIN=build/release/src/homeward node bench/overload.mjs
// One line for each sort of trouble: requests of the healthy client, how many were turned away with
// 503, and the median, the 99th in a hundred and the longest of their times.
import {openChild} from '../tests/e2e/http/story.mjs';
import {newRegister, password, serve, signIn} from '../tests/e2e/service.mjs';
import {crowd, hold} from '../tests/hostile/crowd.mjs';
import {readFileSync} from 'node:fs';

const seconds = Number(process.env.SECONDS ?? 10);
const slow_connections = 1000;
// bench/run opens files over 64 connections.
const nominal_clients = 64;

const register = newRegister([['worker', 'CW']]);
const service = await serve(register.data);
const worker = await signIn(service.base, 'worker');
const {ref} = await openChild(worker);
const host = new URL(service.base).host;
const memory = () => Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.child.pid}/status`, 'utf8'))[1]) / 1024);

/** Somebody who opens a file every twentieth of a second, until `over` says so. */
async function healthy(over) {
  const times = [];
  let turned = 0;
  while (!over()) {
    const begun = performance.now();
    const answer = await worker.call('GET', `/dossiers/${ref}`);
    if (answer.status === 503) ++turned;
    else if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
    times.push(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {times: times.sort((a, b) => a - b), turned};
}

function report(what, {times, turned}) {
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
  console.log(`${what.padEnd(34)} ${String(times.length).padStart(4)} asked, ${turned} turned away; median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms; ${memory()} MiB`);
}

const forSeconds = () => {
  const end = performance.now() + seconds * 1000;
  return () => performance.now() > end;
};

/** As long as some work goes on again and again. */
async function beside(what, once) {
  const over = forSeconds();
  const load = (async () => {
    while (!over()) await once();
  })();
  report(what, await healthy(over));
  await load;
}

report('nobody else', await healthy(forSeconds()));
const slow = {
  heads: `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `,
  bodies: `POST /api/v1/session HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{`,
  readers: (i) => `GET /api/v1/openapi.json HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(i % 40 === 0 ? 80 : 1),
};
for (const [what, text] of Object.entries(slow)) {
  const held = await hold(service.base, slow_connections, text);
  report(`${slow_connections} slow ${what}`, await healthy(forSeconds()));
  held.end();
}
const sign = (i) => {
  const body = JSON.stringify({name: `somebody ${i}`, password, as: 'program'});
  return `POST /api/v1/session HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};
await beside('200 sign-ins, again and again', () => crowd(service.base, 200, sign));
const look = `GET /api/v1/dossiers/${ref} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nAuthorization: Bearer ${worker.session.token}\r\n\r\n`;
await beside(`${nominal_clients} who open files`, () => crowd(service.base, nominal_clients, look));
await beside(`${5 * nominal_clients} who open files`, () => crowd(service.base, 5 * nominal_clients, look));
report('nobody else again', await healthy(forSeconds()));
await service.stop();
register.remove();
