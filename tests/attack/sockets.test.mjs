// Sockets that are of no use: half a request, none at all, websockets that subscribe to nothing,
// clients that read nothing. Each is let go in its time, takes no more than its share of the
// places, and a bystander sees T go on every second.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { noBinary } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { Bystander, LONGEST_GAP } from './bystander.mjs';
import { REGION, SECONDS, Stage } from './stage.mjs';

const MAX_CLIENTS = 20;
const MAX_CONNECTIONS = 200;
const SHARE = 50;
const HEAD_SECONDS = 10;
const SUBSCRIBE_SECONDS = 5;
const READ_SECONDS = 30;
/** For a machine that is busy with other things. */
const SLACK_SECONDS = 4;
/** Attackers come from an address of their own. */
const ELSEWHERE = '127.0.0.2';

let stage;

before(async () => {
  if (noBinary) return;
  stage = await Stage.set({
    agencies: 500,
    settings: { 'limits.max_clients': MAX_CLIENTS, 'http.max_connections': MAX_CONNECTIONS, 'http.max_connections_per_address': SHARE },
  });
});

after(() => stage?.clear());

/** A bare socket; `lived` resolves with the seconds until it was closed, and what it was told. */
function socketTo(address, localAddress = ELSEWHERE) {
  const [host, port] = address.split(':');
  const socket = connect({ host, port: Number(port), localAddress });
  const began = performance.now();
  let told = '';
  socket.on('data', (bytes) => { told += bytes; });
  socket.on('error', () => {});
  socket.lived = new Promise((resolve) => {
    socket.on('close', () => resolve({ seconds: (performance.now() - began) / 1000, told }));
  });
  return socket;
}

/** The bystander saw T go on, and leaves. */
async function calm(t, bystander) {
  t.diagnostic(`longest gap ${bystander.worstGap().toFixed(0)} ms`);
  assert.equal(bystander.closed, null);
  assert.ok(bystander.worstGap() <= LONGEST_GAP, `T stood for ${bystander.worstGap()} ms`);
  await bystander.leave();
}

test('half a request and none at all are closed, and an address has its share of the places', { skip: noBinary, timeout: 120_000 }, async (t) => {
  const [bystander] = await stage.onlookers('all');
  const sockets = Array.from({ length: SHARE + 30 }, () => socketTo(stage.service.address));
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  // One half says a byte of a request now and then, the other nothing.
  const dripping = sockets.filter((_, index) => index % 2 === 0);
  const head = `GET /healthz HTTP/1.1\r\nHost: localhost\r\nx: ${'y'.repeat(100)}`;
  const drip = (async () => {
    for (const byte of head.slice(0, HEAD_SECONDS * 2)) {
      dripping.forEach((socket) => socket.writable && socket.write(byte));
      await sleep(500);
    }
  })();
  await sleep(1000);
  assert.equal((await stage.service.get('/healthz')).status, 200, 'who comes from another address is served');
  const newcomer = await Bystander.watch(stage.service.address, REGION);
  await newcomer.leave();
  const lives = await Promise.all(sockets.map((socket) => socket.lived));
  await drip;
  const turnedAway = lives.filter(({ seconds }) => seconds < 1);
  const longest = Math.max(...lives.map(({ seconds }) => seconds));
  t.diagnostic(`${turnedAway.length} turned away at once, the others closed after ${longest.toFixed(1)} s at most`);
  assert.equal(lives.length - turnedAway.length, SHARE);
  assert.ok(longest <= HEAD_SECONDS + SLACK_SECONDS, `${longest} s`);
  assert.ok(await stage.metric('vigie_connections_refused_total', { reason: 'address' }) >= 30);
  await calm(t, bystander);
});

test('websockets that subscribe to nothing are closed, and hold no place of a client', { skip: noBinary, timeout: 60_000 }, async (t) => {
  const [bystander] = await stage.onlookers('all');
  const idle = Array.from({ length: MAX_CLIENTS * 2 }, () => {
    const socket = new WebSocket(`ws://${stage.service.address}/ws`, 'vigie.v4.json', { localAddress: ELSEWHERE });
    const began = performance.now();
    socket.on('error', () => {});
    socket.lived = new Promise((resolve) => {
      socket.on('close', (code) => resolve({ code, seconds: (performance.now() - began) / 1000 }));
    });
    socket.opened = new Promise((resolve) => { socket.on('open', resolve); });
    return socket;
  });
  t.after(() => idle.forEach((socket) => socket.terminate()));
  await Promise.all(idle.map((socket) => socket.opened));
  const clients = await stage.onlookers(...Array.from({ length: MAX_CLIENTS - 2 }, () => REGION));
  const lives = await Promise.all(idle.map((socket) => socket.lived));
  const longest = Math.max(...lives.map(({ seconds }) => seconds));
  t.diagnostic(`closed after ${longest.toFixed(1)} s at most`);
  assert.deepEqual(new Set(lives.map(({ code }) => code)), new Set([4000]));
  assert.ok(longest <= SUBSCRIBE_SECONDS + SLACK_SECONDS, `${longest} s`);
  await Promise.all(clients.map((client) => client.leave()));
  await calm(t, bystander);
});

test('clients that read nothing are let go, whether they ask or watch', { skip: noBinary, timeout: 120_000 }, async (t) => {
  const [bystander] = await stage.onlookers('all');
  await until('only the bystander to be there', async () => (await stage.metric('vigie_clients')) === 1);
  // Their sockets would take frames of a view for minutes.
  const watching = await Promise.all(Array.from({ length: 5 }, () => new Promise((resolve) => {
    const socket = new WebSocket(`ws://${stage.service.address}/ws`, 'vigie.v4.json', { localAddress: ELSEWHERE });
    socket.on('error', () => {});
    socket.on('open', () => socket.send(JSON.stringify({ subscribe: { topic: 'figures/all' } })));
    socket.on('message', (bytes) => bytes.includes('"snapshot"') && resolve(socket));
  })));
  // Talking does not pass for reading.
  const talk = setInterval(() => watching.forEach((socket) => socket.readyState === WebSocket.OPEN && socket.pong()), 1000);
  const asking = Array.from({ length: 5 }, () => socketTo(stage.service.address));
  t.after(() => {
    clearInterval(talk);
    asking.forEach((socket) => socket.destroy());
    watching.forEach((socket) => socket.terminate());
  });
  const request = `GET /api/v1/scopes?limit=10000 HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  asking.forEach((socket) => {
    socket.pause();
    socket.write(request.repeat(400));
  });
  watching.forEach((socket) => socket.pause());
  const began = performance.now();
  const connections = await stage.metric('vigie_connections');
  assert.ok(connections >= 10);
  const letGo = async (what, isOver) => {
    await until(what, isOver, (READ_SECONDS + SLACK_SECONDS) * 1000);
    return (performance.now() - began) / 1000;
  };
  const [watched, asked] = await Promise.all([
    letGo('those who watch to be let go', async () => (await stage.metric('vigie_clients')) === 1),
    letGo('all to be let go', async () => (await stage.metric('vigie_connections')) <= connections - 10),
  ]);
  t.diagnostic(`those who watch were let go after ${watched.toFixed(1)} s, all after ${asked.toFixed(1)} s`);
  assert.ok(Math.max(watched, asked) <= READ_SECONDS, `${watched} and ${asked} s`);
  assert.equal(await stage.metric('vigie_clients_closed_total', { reason: 'not_reading' }), 5);
  await calm(t, bystander);
});

test('bodies are refused before they are read', { skip: noBinary, timeout: 60_000 }, async () => {
  for (const head of ['Content-Length: 10000000', 'Transfer-Encoding: chunked']) {
    const socket = socketTo(stage.service.address);
    socket.write(`GET /api/v1/views/all HTTP/1.1\r\nHost: localhost\r\n${head}\r\n\r\n`);
    const { seconds, told } = await socket.lived;
    assert.match(told, /^HTTP\/1\.1 413 /);
    assert.ok(seconds < SLACK_SECONDS, `${seconds} s`);
  }
});

test('a flood of pings is ended with a close code', { skip: noBinary, timeout: 60_000 + SECONDS * 1000 }, async (t) => {
  const [bystander] = await stage.onlookers('all');
  const end = performance.now() + SECONDS * 1000;
  const codes = {};
  const flood = async () => {
    while (performance.now() < end) {
      const socket = new WebSocket(`ws://${stage.service.address}/ws`, 'vigie.v4.json', { localAddress: ELSEWHERE });
      const closed = new Promise((resolve) => { socket.on('close', resolve); });
      socket.on('error', () => {});
      socket.on('open', () => {
        for (let ping = 0; ping < 200; ping += 1) {
          socket.ping();
        }
      });
      const code = await closed;
      codes[code] = (codes[code] ?? 0) + 1;
    }
  };
  await Promise.all([flood(), flood()]);
  t.diagnostic(JSON.stringify(codes));
  assert.ok(codes[4003] >= 1);
  await calm(t, bystander);
});
