// A supervisor who watches a scope while the service is attacked. Whatever is done to the service,
// T must go on second by second on this screen.
//
//   const bystander = await Bystander.watch(service.address, 'all');
//   bystander.mark();             from here on
//   ... the attack ...
//   bystander.gaps()              milliseconds from one T shown to the next, and to now
//   bystander.worstGap()          the longest of them
//   bystander.lag()               milliseconds from T to its arrival, the worst
//   bystander.closed              how it was closed, or null
//   await bystander.leave();

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';

const PROTOCOL = 'vigie.v4.json';
const FIRST_FRAME_LIMIT_MILLISECONDS = 30_000;

/** The longest that T may stand on a bystander's screen, in milliseconds. */
export const LONGEST_GAP = 1600;

export class Bystander {
  #socket;
  #started = performance.now();

  /** Watches the figures of a scope, or its children; resolves once it has the first. */
  static async watch(address, scope, { kind = 'figures', limitMilliseconds = FIRST_FRAME_LIMIT_MILLISECONDS } = {}) {
    const bystander = new Bystander(address, scope, kind);
    try {
      await bystander.#first(limitMilliseconds);
    } catch (error) {
      await bystander.leave();
      throw error;
    }
    return bystander;
  }

  constructor(address, scope, kind) {
    this.scope = scope;
    /** Each frame: when it arrived, its T (both in milliseconds) and the state of the feed. */
    this.frames = [];
    /** How it was closed, `{ code, reason }`; null while it is open. */
    this.closed = null;
    this.refused = null;
    this.error = null;
    this.#socket = new WebSocket(`ws://${address}/ws`, PROTOCOL);
    this.#socket.on('open', () => this.#socket.send(JSON.stringify({ subscribe: { topic: `${kind}/${scope}` } })));
    this.#socket.on('message', (bytes) => this.#hear(JSON.parse(bytes.toString())));
    this.#socket.on('close', (code, reason) => { this.closed = { code, reason: reason.toString() }; });
    this.#socket.on('error', (error) => { this.error = error; });
  }

  /** Counts from here on. */
  mark() {
    this.#started = performance.now();
  }

  /** Milliseconds for which each T stood, from the last mark until now. */
  gaps() {
    const advances = [];
    let before = null;
    for (const { arrived, asOf } of this.frames) {
      if (before === null || asOf > before) {
        before = asOf;
        advances.push(arrived);
      }
    }
    const since = advances.filter((arrived) => arrived >= this.#started);
    const edges = [this.#started, ...since, performance.now()];
    return edges.slice(1).map((edge, index) => edge - edges[index]);
  }

  worstGap() {
    return Math.max(...this.gaps());
  }

  /** The worst of the milliseconds from T to the arrival of its figures, since the last mark. */
  lag() {
    const since = this.frames.filter(({ arrived }) => arrived >= this.#started);
    return Math.max(...since.map(({ asOf, wall }) => wall - asOf));
  }

  async leave() {
    if (this.#socket.readyState !== WebSocket.CLOSED) {
      this.#socket.terminate();
      await once(this.#socket, 'close');
    }
  }

  /** As all that a test starts. */
  stop() {
    return this.leave();
  }

  async #first(limitMilliseconds) {
    const end = performance.now() + limitMilliseconds;
    while (this.frames.length === 0) {
      if (this.closed !== null || this.refused !== null || performance.now() > end) {
        const why = this.error?.message ?? JSON.stringify(this.refused ?? this.closed ?? 'no figures in time');
        throw new Error(`${this.scope}: ${why}`);
      }
      await sleep(10);
    }
    this.mark();
  }

  #hear(frame) {
    const update = frame.snapshot ?? frame.delta;
    if (update !== undefined) {
      const asOf = Date.parse(update.as_of);
      this.frames.push({ arrived: performance.now(), wall: Date.now(), asOf, state: update.feed.state });
    } else if (frame.refused !== undefined) {
      this.refused = frame.refused;
    }
  }
}
