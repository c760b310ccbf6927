// A websocket client of the protocol `vigie.v2.json`, on a library that nobody here wrote. It
// holds the service to the protocol: hello first, then a snapshot, then deltas without a gap.

import { once } from 'node:events';
import WebSocket from 'ws';
import { until } from './condition.mjs';

const PROTOCOL = 'vigie.v2.json';

export class Watcher {
  #socket;
  #seq = null;

  /** Subscribes to a scope of the service at `address`; `taken` is handed every update. */
  constructor(address, scope, { detail = 'view', taken = () => {} } = {}) {
    this.scope = scope;
    this.detail = detail;
    this.taken = taken;
    /** What was not as the protocol says. */
    this.faults = [];
    this.hello = null;
    this.refused = null;
    this.update = null;
    this.snapshots = 0;
    this.deltas = 0;
    /** The children by scope, as snapshot and deltas say. */
    this.children = new Map();
    this.#socket = new WebSocket(`ws://${address}/ws`, PROTOCOL);
    this.#socket.on('message', (bytes, isBinary) => this.#hear(bytes, isBinary));
    this.opened = once(this.#socket, 'open').then(() => this.subscribe(scope));
    // Whoever opens it may be gone before it could.
    this.opened.catch(() => {});
    /** How it was closed: `{ code, reason }`. */
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
      this.#socket.on('error', (error) => this.faults.push(error.message));
    });
  }

  subscribe(scope) {
    this.scope = scope;
    this.refused = null;
    this.#seq = null;
    this.children.clear();
    this.#socket.send(JSON.stringify({ subscribe: { scope, detail: this.detail } }));
  }

  /** Sends anything at all. */
  say(text) {
    this.#socket.send(text);
  }

  /** Reads no more, as a client that hangs; or goes on. */
  pause() {
    this.#socket.pause();
  }

  resume() {
    this.#socket.resume();
  }

  /** Resolves with the first update that fits, the present one included. */
  until(what, fits, limitMilliseconds) {
    return until(`${this.scope}: ${what}`, () => {
      if (this.faults.length > 0) {
        throw new Error(this.faults.join('; '));
      }
      return this.update !== null && fits(this.update) ? this.update : null;
    }, limitMilliseconds);
  }

  async leave() {
    this.#socket.terminate();
    await this.closed;
  }

  /** As all that a test starts. */
  stop() {
    return this.leave();
  }

  #hear(bytes, isBinary) {
    if (isBinary) {
      this.faults.push('a binary message');
      return;
    }
    const [[kind, body], ...more] = Object.entries(JSON.parse(bytes.toString()));
    if (more.length > 0) {
      this.faults.push(`a frame of several kinds: ${[kind, ...more.map(([name]) => name)]}`);
    }
    const isFirst = this.hello === null;
    if (isFirst !== (kind === 'hello')) {
      this.faults.push(isFirst ? `${kind} before hello` : 'hello again');
    }
    switch (kind) {
      case 'hello':
        this.hello = body;
        break;
      case 'refused':
        this.refused = body;
        break;
      case 'snapshot':
        this.snapshots += 1;
        this.#seq = body.seq;
        this.children = new Map(body.children.map((card) => [card.scope, card]));
        this.#take(body);
        break;
      case 'delta':
        this.deltas += 1;
        if (body.seq !== this.#seq + 1) {
          this.faults.push(`delta ${body.seq} after ${this.#seq}`);
        }
        this.#seq = body.seq;
        body.children.forEach((card) => this.children.set(card.scope, card));
        body.gone.forEach((scope) => this.children.delete(scope));
        this.#take(body);
        break;
      default:
        this.faults.push(`an unknown frame: ${kind}`);
    }
  }

  #take(update) {
    if (update.view.scope !== this.scope) {
      this.faults.push(`a view of ${update.view.scope}, not of ${this.scope}`);
    }
    this.update = update;
    this.taken(update);
  }
}
