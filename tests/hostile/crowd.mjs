// Many connections from many addresses: one address may hold thirty-two, and this machine has all of
// 127.0.0.0/8.
import {connect} from 'node:net';

const per_address = 20;
const addressOf = (crowd, i) => `127.${crowd + 1}.${Math.floor(i / per_address / 250)}.${(Math.floor(i / per_address) % 250) + 1}`;
// Each crowd comes from a street of its own: the connections of the one before may not be counted out yet.
let crowds = 0;
const nextCrowd = () => crowds++ % 250;

function open(base, street, i) {
  const {hostname, port} = new URL(base);
  return connect({host: hostname, port: Number(port), localAddress: addressOf(street, i)});
}

const said = (text, i) => (typeof text === 'function' ? text(i) : text);

/** Opens so many connections, says `text` (or what it gives for each) and then nothing more, and reads nothing. Resolves once all have said it. */
export async function hold(base, count, text) {
  const sockets = [];
  const street = nextCrowd();
  await Promise.all(
    Array.from({length: count}, (_, i) => new Promise((resolve) => {
      const socket = open(base, street, i);
      socket.pause();
      socket.on('connect', () => socket.write(said(text, i), () => resolve()));
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
      sockets.push(socket);
    })),
  );
  return {
    open: () => sockets.filter((socket) => !socket.destroyed).length,
    end: () => sockets.forEach((socket) => socket.destroy()),
  };
}

/** Says `text` (or what it gives for each), which asks for the end of the connection, so many times at once; all that came back, one for each. */
export function crowd(base, count, text) {
  const street = nextCrowd();
  return Promise.all(
    Array.from({length: count}, (_, i) => new Promise((resolve) => {
      const pieces = [];
      const socket = open(base, street, i);
      socket.on('connect', () => socket.write(said(text, i)));
      socket.on('data', (piece) => pieces.push(piece));
      socket.on('error', () => {});
      socket.on('close', () => resolve(Buffer.concat(pieces)));
    })),
  );
}
