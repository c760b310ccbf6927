// The service for a test: a folder and a port of its own; may be killed and started again.
//
//   const service = await startService({ brokers: broker.address, settings: { clock: 'event' } });
//   service.address               '127.0.0.1:PORT', another one after each start
//   await service.kill();         kill -9; its folder stays
//   await service.terminate();    SIGTERM; resolves with how and how fast it ended
//   await service.start();        runs again, on the same folder
//   await service.stop();         ends it for good and removes its folder
//
// Nothing outlives the test: a guardian process sees the end of this one, even by kill -9, and
// ends the service and removes its folder.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../kafka/broker.mjs';
import { binary } from './command.mjs';
import { until } from './condition.mjs';
import { Metrics } from './metrics.mjs';

const START_LIMIT_MILLISECONDS = 60_000;
const STOP_LIMIT_MILLISECONDS = 30_000;

/** The service gives each address its share of the connections, and requests their share of time. */
const MOST_ASKED_AT_ONCE = 20;
const MOST_TURNS = 60;

/**
 * Settings of a broker on which the service is killed. A member that could not leave its group
 * keeps its partitions until its session times out, after 45 s by default, and no sooner.
 */
export const SHORT_SESSIONS = {
  'group.consumer.min.session.timeout.ms': 1000,
  'group.consumer.session.timeout.ms': 1000,
  'group.consumer.min.heartbeat.interval.ms': 250,
  'group.consumer.heartbeat.interval.ms': 250,
};

/**
 * Starts the service and resolves once it listens. `settings` are laid over those of a test, by
 * their dotted names; `directory` is the text of a directory file; it has no environment but
 * `environment`.
 */
export async function startService({ brokers, settings = {}, directory, environment = {} }) {
  const service = new Service(await mkdtemp(join(tmpdir(), 'vigie-service-')), environment);
  try {
    await service.configure(brokers, settings, directory);
    await service.start();
  } catch (error) {
    await service.stop();
    throw error;
  }
  return service;
}

/** Starts the service where there never was a Kafka: `options` are those of `startService`. */
export async function startWithoutKafka(options) {
  const [nobody] = await freePorts(1);
  return startService({ ...options, brokers: `127.0.0.1:${nobody}` });
}

class Service {
  #folder;
  #environment;
  #process = null;
  #guardian = null;
  #starts = 0;
  #asking = 0;
  #answered = Promise.resolve();

  constructor(folder, environment) {
    this.#folder = folder;
    this.#environment = environment;
    /** Everything it logged, of all its starts, as parsed lines; `start` counts from 1. */
    this.log = [];
  }

  get folder() {
    return this.#folder;
  }

  /** The snapshot, once there is one. */
  get snapshot() {
    return join(this.#folder, 'snapshots', 'state.vigie');
  }

  get pid() {
    return this.#process?.pid ?? null;
  }

  get configuration() {
    return join(this.#folder, 'vigie.toml');
  }

  async configure(brokers, settings, directory) {
    const all = {
      'kafka.bootstrap_servers': brokers,
      'http.listen': '127.0.0.1:0',
      'snapshots.folder': 'snapshots',
      'snapshots.interval_seconds': 1,
      'log.format': 'json',
      ...settings,
    };
    if (directory !== undefined) {
      await writeFile(join(this.#folder, 'directory.toml'), directory);
      all.directory = 'directory.toml';
    }
    // A dotted name is a key of TOML, and a JSON text or number is one of its values.
    const lines = Object.entries(all).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`);
    await writeFile(this.configuration, lines.join(''));
  }

  /** Starts it and waits for the line of the log that tells its address. */
  async start() {
    this.#starts += 1;
    const began = this.#starts;
    const service = spawn(binary, ['serve', '--config', this.configuration], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: this.#environment,
    });
    this.#process = service;
    this.#guardian = guard(service.pid, this.#folder);
    createInterface({ input: service.stderr }).on('line', (line) => {
      this.log.push({ start: began, ...parsed(line) });
    });
    const { address } = await until('the service to listen', () => {
      if (service.exitCode !== null) {
        throw new Error(`it ended with status ${service.exitCode}`);
      }
      return this.said('listening', began);
    }, START_LIMIT_MILLISECONDS).catch((error) => {
      throw new Error(`${error.message}\n${this.lastWords()}`, { cause: error });
    });
    this.address = address;
  }

  /** The first line of the log with that message, since a start or of all. */
  said(message, start = 0) {
    return this.log.find((line) => line.start >= start && line.message === message);
  }

  lastWords() {
    return this.log.slice(-40).map((line) => JSON.stringify(line)).join('\n');
  }

  /** `{ status, body }` of a path; the body parsed where it is JSON. A few are asked at a time. */
  async get(path) {
    while (this.#asking >= MOST_ASKED_AT_ONCE) {
      await this.#answered;
    }
    this.#asking += 1;
    const asked = fetch(`http://${this.address}${path}`).then(async (answer) => {
      const text = await answer.text();
      return { status: answer.status, body: /json/.test(answer.headers.get('content-type')) ? JSON.parse(text) : text };
    }).finally(() => { this.#asking -= 1; });
    this.#answered = asked.catch(() => {});
    return asked;
  }

  /** The body of a path that is there; who is told to come again later does so. */
  async find(path) {
    let { status, body } = await this.get(path);
    for (let turn = 0; status === 429 && turn < MOST_TURNS; turn += 1) {
      await sleep(1000);
      ({ status, body } = await this.get(path));
    }
    if (status !== 200) {
      throw new Error(`${path} answers ${status}: ${JSON.stringify(body)}`);
    }
    return body;
  }

  view(scope) {
    return this.find(`/api/v1/views/${scope}`);
  }

  async metrics() {
    return new Metrics(await this.find('/metrics'));
  }

  /** Resolves with what `/readyz` says once it says `ready`. */
  ready(limitMilliseconds = 60_000) {
    return until('the service to be ready', async () => {
      const { body } = await this.get('/readyz');
      if (!body.ready) {
        throw new Error(JSON.stringify(body));
      }
      return body;
    }, limitMilliseconds);
  }

  /** Resident memory now, in MiB. */
  residentMebibytes() {
    return Number(readFileSync(`/proc/${this.pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB/m)[1]) / 1024;
  }

  async kill() {
    await this.#end('SIGKILL');
  }

  /** Resolves with `{ code, signal, milliseconds }`. */
  terminate() {
    return this.#end('SIGTERM');
  }

  /** The same, by another signal. */
  end(signal) {
    return this.#end(signal);
  }

  async stop() {
    if (this.#process !== null) {
      await this.#end('SIGKILL');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #end(signal) {
    const service = this.#process;
    this.#process = null;
    const guardian = this.#guardian;
    this.#guardian = null;
    try {
      return await this.#endOf(service, signal);
    } finally {
      // After the service: until then it still has something to guard.
      guardian?.kill('SIGKILL');
    }
  }

  async #endOf(service, signal) {
    if (service === null || service.exitCode !== null || service.signalCode !== null || service.pid === undefined) {
      return { code: service?.exitCode ?? null, signal: service?.signalCode ?? null, milliseconds: 0 };
    }
    const began = performance.now();
    const exited = once(service, 'exit');
    service.kill(signal);
    const late = await Promise.race([exited.then(() => false), sleep(STOP_LIMIT_MILLISECONDS, true, { ref: false })]);
    if (late) {
      service.kill('SIGKILL');
    }
    const [code, by] = await exited;
    return { code, signal: by, milliseconds: performance.now() - began };
  }
}

/** Ends `pid` and removes `folder` when this process is gone and its end of the pipe with it. */
function guard(pid, folder) {
  if (pid === undefined) {
    return null; // The service did not even start.
  }
  const script = 'cat >/dev/null; kill -9 "$1"; sleep 0.2; rm -rf "$2"';
  const guardian = spawn('sh', ['-c', script, 'guardian', String(pid), folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // It alone must not keep this process from ending.
  guardian.unref();
  guardian.stdin.unref();
  return guardian;
}

/** A line of the log; what is none (a panic, a complaint of the client library) as its message. */
function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return { message: line };
  }
}
