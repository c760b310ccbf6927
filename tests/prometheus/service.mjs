// The real service on a real Kafka, on a port of its own choice, with a console that watches.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

const START_LIMIT_MILLISECONDS = 60_000;

/** Starts it and resolves once it listens; `directory` is the text of a directory file. */
export async function startService(broker, directory) {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-service-'));
  await writeFile(join(folder, 'directory.toml'), directory);
  await writeFile(
    join(folder, 'vigie.toml'),
    `clock = "event"
directory = "directory.toml"
[kafka]
bootstrap_servers = "${broker.address}"
[http]
listen = "127.0.0.1:0"
[snapshots]
folder = "snapshots"
interval_seconds = 1
[log]
format = "json"
`,
  );
  const service = new Service(folder);
  try {
    await service.listening();
  } catch (error) {
    await service.stop();
    throw error;
  }
  return service;
}

class Service {
  #folder;
  #process;
  #log = [];
  #client = null;

  constructor(folder) {
    this.#folder = folder;
    if (!process.env.VIGIE_BIN) {
      throw new Error('VIGIE_BIN says where the binary is; tests/run sets it');
    }
    const words = ['serve', '--config', join(folder, 'vigie.toml')];
    this.#process = spawn(process.env.VIGIE_BIN, words, { stdio: ['ignore', 'ignore', 'pipe'], env: {} });
    process.once('exit', () => this.#process.kill('SIGKILL')); // Nothing outlives the test.
  }

  /** Reads the log until it tells the address, and on, so that it never blocks the service. */
  async listening() {
    const lines = createInterface({ input: this.#process.stderr });
    const address = new Promise((found, failed) => {
      lines.on('line', (line) => {
        this.#log.push(line);
        if (line.startsWith('{')) {
          const { message, address: told } = JSON.parse(line);
          if (message === 'listening') {
            found(told);
          }
        }
      });
      const fail = (why) => failed(new Error(`the service ${why}:\n${this.#log.join('\n')}`));
      this.#process.once('error', (error) => fail(`did not start: ${error.message}`));
      this.#process.once('exit', () => fail('ended'));
      setTimeout(() => fail('did not listen in time'), START_LIMIT_MILLISECONDS).unref();
    });
    this.address = await address;
  }

  /** Watches everything over a websocket, as an integrator would, and asks the API once. */
  async watch() {
    await fetch(`http://${this.address}/api/v1/views/all`);
    this.#client = new WebSocket(`ws://${this.address}/ws`, 'vigie.v4.json');
    // The server speaks first, maybe in the same moment.
    const greeting = once(this.#client, 'message');
    await once(this.#client, 'open');
    await greeting;
    ['figures/all', 'children/all'].forEach((topic) => this.#client.send(JSON.stringify({ subscribe: { topic } })));
  }

  /** `/metrics` as text. */
  async metrics() {
    const answer = await fetch(`http://${this.address}/metrics`);
    if (!answer.ok) {
      throw new Error(`/metrics answers ${answer.status}`);
    }
    return answer.text();
  }

  async stop() {
    this.#client?.terminate();
    this.#client = null;
    if (this.#process.exitCode === null && this.#process.signalCode === null && this.#process.pid !== undefined) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
