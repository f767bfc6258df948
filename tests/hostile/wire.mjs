// Raw connections: what is sent and what comes back, byte by byte, as no HTTP library would have it.
import {connect} from 'node:net';

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return {below, pick: (list) => list[below(list.length)], chance: (p) => next() < p};
}

/** The bytes of one request; `headers` is a list of pairs, sent as it stands. */
export function bytesOf({method, target, version = 'HTTP/1.1', headers, body}) {
  const head = [`${method} ${target} ${version}`, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body ?? '')]);
}

/** Sends bytes over a connection of its own, says that no more will come, and takes all that comes back until it is closed. */
export function exchange(base, bytes, {localAddress, limit = 20_000} = {}) {
  const {hostname, port} = new URL(base);
  return new Promise((resolve, reject) => {
    const pieces = [];
    const socket = connect({host: hostname, port: Number(port), localAddress, allowHalfOpen: true});
    const late = setTimeout(() => {
      socket.destroy();
      reject(new Error('the connection is still open after all was said'));
    }, limit);
    socket.on('connect', () => socket.end(bytes));
    socket.on('data', (piece) => pieces.push(piece));
    // A reset is an end too: the service need not read what it has refused.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(late);
      resolve(Buffer.concat(pieces));
    });
  });
}

/** Cuts what came back into answers; throws where it is not answers from the first byte to the last. */
export function answersIn(bytes, {headOnly = false} = {}) {
  const answers = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end < 0) throw new Error(`no end of a head at byte ${at}: ${bytes.subarray(at, at + 60)}`);
    const [start, ...lines] = bytes.subarray(at, end).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(start)?.[1]);
    if (!status) throw new Error(`not a status line: ${start}`);
    const headers = new Map();
    for (const line of lines) {
      const colon = line.indexOf(': ');
      if (colon < 1) throw new Error(`not a header: ${line}`);
      headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 2));
    }
    at = end + 4;
    const answer = {status, headers, closes: headers.get('connection') === 'close', body: Buffer.alloc(0)};
    answers.push(answer);
    if (status === 100) {
      answers.pop();
      continue;
    }
    if (headOnly || status === 204 || status === 304) continue;
    const length = headers.get('content-length');
    if (length === undefined) throw new Error('an answer without a length');
    answer.body = bytes.subarray(at, at + Number(length));
    if (answer.body.length !== Number(length)) throw new Error('an answer that is cut');
    at += Number(length);
  }
  return answers;
}
