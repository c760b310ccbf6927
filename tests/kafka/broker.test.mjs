// The broker that the other suites rely on: it answers, keeps its messages, leaves nothing.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBroker } from './broker.mjs';

const isAlive = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function isAnswering(address) {
  const [host, port] = address.split(':');
  const socket = createConnection({ host, port: Number(port) });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function eventually(what, condition) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await condition()) {
      return;
    }
    await sleep(100);
  }
  assert.fail(`not within ten seconds: ${what}`);
}

test('bytes come back as they were sent, and survive a restart and a kill', async (t) => {
  const broker = await startBroker();
  t.after(() => broker.stop());
  await broker.createTopic('calls', 3);
  const garbage = Buffer.from([0xff, 0xfe, 0x00, 0x7b]);
  const large = Buffer.alloc(5_000_000, 'x');
  await broker.send('calls', [
    { key: 'NAQ-0331', value: '{"n":1}', headers: { 'content-type': 'application/json' }, partition: 2 },
    { value: garbage, partition: 0 },
    { value: large, partition: 1 },
  ]);

  const check = async () => {
    const [first, second, third, ...others] = await broker.read('calls');
    assert.deepEqual([first.partition, first.offset, first.value], [0, 0, garbage]);
    assert.ok(second.value.equals(large));
    assert.deepEqual([third.key.toString(), third.value.toString()], ['NAQ-0331', '{"n":1}']);
    assert.equal(third.headers['content-type'].toString(), 'application/json');
    assert.deepEqual(others, []);
  };
  await check();

  const { address } = broker;
  await broker.restart();
  assert.equal(broker.address, address);
  await check();

  await broker.kill();
  assert.equal(broker.pid, null);
  assert.equal(await isAnswering(address), false);
  await broker.restart();
  await check();
});

test('reading says how much is missing, and an empty topic is empty', async (t) => {
  const broker = await startBroker();
  t.after(() => broker.stop());
  await broker.createTopic('calls');
  assert.deepEqual(await broker.read('calls'), []);
  await broker.send('calls', [{ value: 'one' }]);
  await assert.rejects(
    broker.read('calls', { count: 2, limitMilliseconds: 1500 }),
    /read 1 of 2 messages from calls/,
  );
});

test('a stopped broker leaves no process and no file', async () => {
  const broker = await startBroker();
  const { pid, folder, address } = broker;
  assert.ok(isAlive(pid) && existsSync(folder) && (await isAnswering(address)));
  await broker.stop();
  assert.ok(!isAlive(pid));
  assert.ok(!existsSync(folder));
  assert.equal(await isAnswering(address), false);
});

test('a broker goes with its test, even one that is killed', async () => {
  const module = join(import.meta.dirname, 'broker.mjs');
  const script = `const { startBroker } = await import(${JSON.stringify(module)});
    const broker = await startBroker();
    console.log(JSON.stringify({ pid: broker.pid, folder: broker.folder }));`;
  const child = execFile(process.execPath, ['--input-type=module', '-e', script]);
  const [line] = await once(child.stdout, 'data');
  const { pid, folder } = JSON.parse(line);
  assert.ok(isAlive(pid) && existsSync(folder));
  child.kill('SIGKILL');
  await eventually('the broker is gone', () => !isAlive(pid));
  await eventually('its folder is gone', () => !existsSync(folder));
});
