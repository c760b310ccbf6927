// Attackers, on a thread of their own: what they do must not delay the bystander's own measurement.
//
//   const { counts } = await attack('read', { address, paths, readers: 20, seconds: 10 });
//
// read        readers that ask for one path after the other, as fast as they are answered
// pack        a batch of large messages that hardly anything is left of once compressed
// subscribe   websockets that go from one scope to the other as a page does, and come again when
//             closed; `aSecond` counts subscriptions

import { setTimeout as sleep } from 'node:timers/promises';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import WebSocket from 'ws';
import { send } from '../kafka/messages.mjs';

/** Runs an attack to its end; resolves with what came of it. */
export function attack(kind, options) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { kind, options } });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

const count = (counts, key) => {
  counts[key] = (counts[key] ?? 0) + 1;
};

async function read({ address, paths, readers, seconds }) {
  const end = performance.now() + seconds * 1000;
  const counts = {};
  let [bytes, largest, turn] = [0, 0, 0];
  const reader = async () => {
    while (performance.now() < end) {
      turn += 1;
      try {
        const answer = await fetch(`http://${address}${paths[turn % paths.length]}`);
        const { byteLength } = await answer.arrayBuffer();
        count(counts, answer.status);
        bytes += byteLength;
        largest = Math.max(largest, byteLength);
        if (answer.status === 429 && answer.headers.get('retry-after') !== '1') {
          count(counts, '429 without Retry-After');
        }
      } catch (error) {
        count(counts, error.cause?.code ?? error.message);
        await sleep(50);
      }
    }
  };
  await Promise.all(Array.from({ length: readers }, reader));
  return { counts, bytes, largest };
}

async function subscribe({ address, scopes, sockets, aSecond, seconds }) {
  const end = performance.now() + seconds * 1000;
  const counts = { sent: 0 };
  const pause = Math.max(50, 2000 / aSecond);
  const burst = (aSecond * pause) / 1000;
  const client = async (first) => {
    for (let turn = first; performance.now() < end;) {
      const socket = new WebSocket(`ws://${address}/ws`, 'vigie.v4.json');
      let code = null;
      const closed = new Promise((resolve) => {
        socket.on('close', (closedWith) => {
          code = closedWith;
          resolve();
        });
        socket.on('error', () => {});
      });
      await new Promise((resolve) => {
        socket.once('open', resolve);
        socket.once('close', resolve);
      });
      while (code === null && performance.now() < end) {
        for (let sent = 0; sent < burst && socket.readyState === WebSocket.OPEN; sent += 2) {
          for (const kind of ['figures', 'children']) {
            socket.send(JSON.stringify({ unsubscribe: { topic: `${kind}/${scopes[turn % scopes.length]}` } }));
            socket.send(JSON.stringify({ subscribe: { topic: `${kind}/${scopes[(turn + 1) % scopes.length]}` } }));
          }
          turn += 1;
          counts.sent += 2;
        }
        await Promise.race([closed, sleep(pause)]);
      }
      socket.terminate();
      count(counts, code ?? 'open to the end');
    }
  };
  await Promise.all(Array.from({ length: sockets }, (_, index) => client(index * 97)));
  return { counts };
}

async function pack({ address, topic, partition, bytes, messages }) {
  const data = { pad: '0'.repeat(bytes) };
  const value = Buffer.from(JSON.stringify({ specversion: '1.0', id: 'i', source: '/x', type: 'x.y', time: new Date().toISOString(), subject: 's', data }));
  await send(address, topic, Array.from({ length: messages }, () => ({ key: 'k', value, partition })), { compression: 'gzip' });
  return { counts: { sent: messages } };
}

if (!isMainThread) {
  const { kind, options } = workerData;
  parentPort.postMessage(await { read, subscribe, pack }[kind](options));
}
