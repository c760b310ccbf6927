// A real Kafka for a test: one KRaft node of its own, on free ports, in a folder of its own.
//
//   const broker = await startBroker();
//   await broker.createTopic('calls', 6);
//   ... broker.address ...            '127.0.0.1:PORT', the same after a restart
//   await broker.kill();              kill -9; its messages stay
//   await broker.halt();              an orderly end; its messages stay
//   await broker.restart();           runs again, on the same ports, with the same messages
//   await broker.hang(); broker.goOn() stops its process where it is, and lets it go on
//   const second = await startBroker({ beside: broker });     another of the same cluster
//   await broker.tool('TopicCommand', ['--delete', '--topic', 'calls']);   a tool of Kafka's own
//   await broker.stop();              ends it for good and removes its folder
//
// Nothing outlives the test: a guardian process sees the end of this one, even by kill -9, and
// ends the broker and removes its folder.
//
// Arrival is the broker's to say: topics have `LogAppendTime`, unless made otherwise.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTopic, readTopic, send } from './messages.mjs';

const LIBRARY = join(import.meta.dirname, 'lib');
const START_LIMIT_MILLISECONDS = 90_000;
const HALT_LIMIT_MILLISECONDS = 30_000;
const LOG_LINES_KEPT = 200;

/**
 * Starts a broker and resolves once it answers. `settings` are lines of server.properties;
 * `beside`: a broker whose cluster it joins; `environment`: of its process, beside this one's.
 */
export async function startBroker({ settings = {}, beside, environment = {} } = {}) {
  if (!existsSync(LIBRARY)) {
    throw new Error('there is no Kafka in tests/kafka/lib; run: deploy/prerequisites/install test');
  }
  const broker = new Broker(await mkdtemp(join(tmpdir(), 'vigie-kafka-')), environment);
  try {
    await broker.format(settings, beside);
    await broker.run();
  } catch (error) {
    await broker.stop();
    throw error;
  }
  return broker;
}

class Broker {
  #folder;
  #environment;
  #process = null;
  #guardian = null;
  #log = [];

  constructor(folder, environment) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** The process that is the broker now, or null while it is down. */
  get pid() {
    return this.#process?.pid ?? null;
  }

  /** The folder of its messages; gone after `stop`. */
  get folder() {
    return this.#folder;
  }

  /** What it said last, for a test that wants to know why. */
  get log() {
    return this.#log.join('\n');
  }

  createTopic(name, partitions = 1, settings = {}) {
    return createTopic(this.address, name, partitions, settings);
  }

  send(topic, messages, options) {
    return send(this.address, topic, messages, options);
  }

  read(topic, options) {
    return readTopic(this.address, topic, options);
  }

  async format(settings, beside) {
    const [port, controllerPort] = await freePorts(2);
    this.address = `127.0.0.1:${port}`;
    this.controllerPort = beside?.controllerPort ?? controllerPort;
    const ofCluster = beside === undefined ? {} : joining(port);
    const properties = serverProperties(this.#folder, port, this.controllerPort, { ...ofCluster, ...settings });
    const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(this.#properties(), lines.join(''));
    const id = Buffer.from('vigie-test-broker').toString('base64url').slice(0, 22);
    const tool = ['kafka.tools.StorageTool', 'format', '-t', id, '-c', this.#properties()];
    const formatting = this.#java(tool);
    const [code] = await once(formatting, 'close');
    if (code !== 0) {
      throw new Error(`cannot format the broker's folder (status ${code}):\n${this.log}`);
    }
  }

  /** Runs the formatted broker until it answers. */
  async run() {
    const java = this.#java(['kafka.Kafka', this.#properties()]);
    this.#process = java;
    this.#guardian = guard(java.pid, this.#folder);
    const ended = once(java, 'exit').then(([code, signal]) => {
      if (this.#process === java) {
        this.#process = null;
      }
      return `ended with ${signal ?? `status ${code}`}`;
    });
    const started = new Promise((resolve) => {
      java.stderr.on('data', (text) => {
        if (text.includes('Kafka Server started')) {
          resolve(null);
        }
      });
    });
    const limit = new AbortController();
    const late = sleep(START_LIMIT_MILLISECONDS, 'did not answer in time', limit);
    const fault = await Promise.race([started, ended, late.catch(() => null)]);
    limit.abort();
    if (fault !== null) {
      throw new Error(`the broker ${fault}:\n${this.log}`);
    }
  }

  /** Stops its process where it is: connections stay, and nothing is answered. */
  hang() {
    this.#process.kill('SIGSTOP');
  }

  goOn() {
    this.#process.kill('SIGCONT');
  }

  /** Runs a command line tool of Kafka's own to its end; resolves with what it said. */
  async tool(name, words, where = ['--bootstrap-server', this.address]) {
    const java = this.#java([`org.apache.kafka.tools.${name}`, ...where, ...words]);
    let said = '';
    [java.stdout, java.stderr].forEach((stream) => stream.on('data', (text) => { said += text; }));
    const [code] = await once(java, 'close');
    if (code !== 0) {
      throw new Error(`${name} ended with status ${code}:\n${said}`);
    }
    return said;
  }

  async restart() {
    await this.halt();
    await this.run();
  }

  kill() {
    return this.#end('SIGKILL');
  }

  halt() {
    return this.#end('SIGTERM');
  }

  async stop() {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #end(signal) {
    const java = this.#process;
    if (java !== null) {
      const exited = once(java, 'exit');
      java.kill(signal);
      // An orderly end that takes for ever is not orderly.
      const impatience = setTimeout(() => java.kill('SIGKILL'), HALT_LIMIT_MILLISECONDS);
      await exited;
      clearTimeout(impatience);
      this.#process = null;
    }
    // After the broker: until then it still has something to guard.
    this.#guardian?.kill('SIGKILL');
    this.#guardian = null;
  }

  #properties() {
    return join(this.#folder, 'server.properties');
  }

  /** Runs a class of Kafka, its words kept in the log. */
  #java(words) {
    const flags = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
    const java = spawn('java', [...flags, '-cp', join(LIBRARY, '*'), ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.#environment },
      // Away from the terminal's Ctrl-C: the guardian sees to it, and the folder with it.
      detached: true,
    });
    for (const stream of [java.stdout, java.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        this.#log = [...this.#log, ...text.trimEnd().split('\n')].slice(-LOG_LINES_KEPT);
      });
    }
    return java;
  }
}

/** Ends `pid` and removes `folder` when this process is gone and its end of the pipe with it. */
function guard(pid, folder) {
  const script = 'cat >/dev/null; kill -9 "$1"; sleep 0.2; rm -rf "$2"';
  const guardian = spawn('sh', ['-c', script, 'guardian', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // It alone must not keep this process from ending.
  guardian.unref();
  guardian.stdin.unref();
  return guardian;
}

/** What a broker that is no controller has in another way. */
function joining(port) {
  return { 'process.roles': 'broker', 'node.id': 2, listeners: `PLAINTEXT://127.0.0.1:${port}` };
}

function serverProperties(folder, port, controllerPort, settings) {
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': join(folder, 'log'),
    'log.message.timestamp.type': 'LogAppendTime',
    // A message of 5 MB has to reach the service, to be refused by it.
    'message.max.bytes': 12 * 1024 * 1024,
    // A topic that nobody made is a mistake of the test.
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    // By default 128 MB for the cleaner alone.
    'log.cleaner.dedupe.buffer.size': 4 * 1024 * 1024,
    ...settings,
  };
}

/** Ports nobody listens on now. All are held at once, so that they differ. */
export async function freePorts(count) {
  const servers = [];
  for (let index = 0; index < count; index += 1) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
  }
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
