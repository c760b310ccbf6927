// A page of a foreign site that has its own name resolved to this machine asks under that name:
// it gets nothing, on whatever path.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { DIRECTORY } from '../pipeline/calls.mjs';
import { noBinary } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { startWithoutKafka } from '../pipeline/service.mjs';

const PATHS = ['/', '/ft/NAQ', '/ws', '/api/v1/views/all', '/api/v1/scopes', '/api/v1/openapi.json', '/metrics', '/healthz', '/readyz', '/assets/none.js'];

let service;
let port;

before(async () => {
  if (noBinary) return;
  service = await startWithoutKafka({ directory: DIRECTORY, settings: { 'http.allowed_hosts': ['vigie.example'] } });
  [, port] = service.address.split(':');
  await until('figures, though empty ones', () => service.view('all'));
});

after(() => service?.stop());

/** The status of a request with these lines of a head. */
async function status(start, ...lines) {
  const socket = connect({ host: '127.0.0.1', port: Number(port) });
  socket.write(`${[start, ...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`);
  let told = '';
  socket.setEncoding('utf8').on('data', (text) => { told += text; });
  await once(socket, 'close');
  return Number(/^HTTP\/1\.[01] (\d+)/.exec(told)?.[1]);
}

test('a made-up name is refused on every path, and so is none and more than one', { skip: noBinary }, async () => {
  for (const path of PATHS) {
    for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '10.9.8.7', 'a b', 'localhost@evil.example']) {
      assert.equal(await status(`GET ${path} HTTP/1.1`, `Host: ${host}`), 421, `${host} ${path}`);
    }
    assert.equal(await status(`GET http://evil.example${path} HTTP/1.1`, 'Host: localhost'), 421, path);
    assert.equal(await status(`GET ${path} HTTP/1.0`), 400, path);
    assert.equal(await status(`GET ${path} HTTP/1.1`, 'Host: localhost', 'Host: evil.example'), 400, path);
  }
});

test('the names of the service are answered, whatever the port', { skip: noBinary }, async () => {
  for (const host of ['localhost', `localhost:${port}`, `127.0.0.1:${port}`, '[::1]', 'vigie.example', 'VIGIE.example:443']) {
    assert.equal(await status('GET /healthz HTTP/1.1', `Host: ${host}`), 200, host);
  }
});

test('a websocket of a foreign page fails, whichever name it is asked under', { skip: noBinary }, async () => {
  const page = `http://evil.example:${port}`;
  for (const [origin, host, refused] of [
    [page, `evil.example:${port}`, 421],
    [page, `127.0.0.1:${port}`, 403],
    [`http://127.0.0.1:${port}`, `127.0.0.1:${port}`, null],
    ['https://vigie.example', 'vigie.example', null],
    ['https://vigie.example', `127.0.0.1:${port}`, 403],
  ]) {
    const socket = new WebSocket(`ws://${service.address}/ws`, 'vigie.v4.json', { origin, headers: { host } });
    socket.on('error', () => {});
    const answered = await Promise.race([
      once(socket, 'open').then(() => null),
      once(socket, 'unexpected-response').then(([, answer]) => answer.statusCode),
    ]);
    socket.terminate();
    assert.equal(answered, refused, `${origin} at ${host}`);
  }
  const metrics = await service.metrics();
  assert.equal(metrics.sum('vigie_requests_refused_total', { reason: 'origin' }), 2);
});
