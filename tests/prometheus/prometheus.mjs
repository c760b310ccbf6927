// A real Prometheus for a test: a free port, a folder of its own, a scrape of one target twice a
// second, and the rules of the project.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../kafka/broker.mjs';
import { RULES } from './expressions.mjs';

const START_LIMIT_MILLISECONDS = 60_000;
const WAIT_LIMIT_MILLISECONDS = 60_000;
const RETRY_MILLISECONDS = 250;

/** Starts one that scrapes `target`, a `host:port`, and resolves once it answers. */
export async function startPrometheus(target) {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-prometheus-'));
  const [port] = await freePorts(1);
  const config = {
    global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '1s' },
    rule_files: [RULES],
    scrape_configs: [{ job_name: 'vigie', static_configs: [{ targets: [target] }] }],
  };
  const path = join(folder, 'prometheus.yml');
  await writeFile(path, JSON.stringify(config)); // JSON is YAML.
  const prometheus = new Prometheus(folder, port, path);
  try {
    await prometheus.ready();
  } catch (error) {
    await prometheus.stop();
    throw error;
  }
  return prometheus;
}

class Prometheus {
  #folder;
  #process;
  #log = '';

  constructor(folder, port, config) {
    this.#folder = folder;
    this.address = `http://127.0.0.1:${port}`;
    const words = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ];
    this.#process = spawn('prometheus', words, { stdio: ['ignore', 'ignore', 'pipe'] });
    process.once('exit', () => this.#process.kill('SIGKILL')); // Nothing outlives the test.
    this.#process.on('error', (error) => (this.#log += error.message));
    this.#process.stderr.setEncoding('utf8').on('data', (text) => (this.#log += text));
  }

  async ready() {
    const limit = Date.now() + START_LIMIT_MILLISECONDS;
    for (;;) {
      const answer = await fetch(`${this.address}/-/ready`).catch(() => null);
      if (answer?.ok) {
        return;
      }
      if (Date.now() > limit || this.#process.exitCode !== null || this.#process.pid === undefined) {
        throw new Error(`Prometheus did not start:\n${this.#log}`);
      }
      await sleep(RETRY_MILLISECONDS);
    }
  }

  /** The answer of an endpoint of the API; what Prometheus refuses is an error with its reason. */
  async ask(endpoint, parameters = {}) {
    const answer = await fetch(`${this.address}/api/v1/${endpoint}?${new URLSearchParams(parameters)}`);
    const body = await answer.json();
    if (body.status !== 'success') {
      throw new Error(`${parameters.query ?? endpoint}: ${body.error}`);
    }
    return body.data;
  }

  /** What an expression says now: `{ metric, value }` each, the value a number. */
  async query(expression) {
    const { result } = await this.ask('query', { query: expression });
    return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** The one value of an expression, or null where it has none. */
  async value(expression) {
    const [first] = await this.query(expression);
    return first?.value ?? null;
  }

  /** Waits until an expression has an answer that `isWanted` takes, and resolves with it. */
  async until(expression, isWanted) {
    const limit = Date.now() + WAIT_LIMIT_MILLISECONDS;
    for (;;) {
      const found = await this.query(expression);
      if (isWanted(found)) {
        return found;
      }
      if (Date.now() > limit) {
        throw new Error(`waited in vain: ${expression} is ${JSON.stringify(found)}`);
      }
      await sleep(RETRY_MILLISECONDS);
    }
  }

  async stop() {
    if (this.#process.exitCode === null && this.#process.signalCode === null && this.#process.pid !== undefined) {
      this.#process.kill('SIGKILL'); // Nothing of it is kept.
      await once(this.#process, 'exit');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
