// A websocket client of the protocol `vigie.v4.json`, on a library that nobody here wrote. It
// holds the service to the protocol: hello first, then of each topic a snapshot, then deltas
// without a gap, and nothing of a topic that is not held.

import { once } from 'node:events';
import WebSocket from 'ws';
import { until } from './condition.mjs';

export const PROTOCOL = 'vigie.v4.json';

export class Watcher {
  #socket;
  /** The topics held, each with the `seq` of its last frame; null until its snapshot came. */
  #held = new Map();

  /**
   * Watches a scope of the service at `address`: its figures, and its children where these are
   * asked for. `taken` is handed every update of the figures, `takenChildren` every one of the
   * children.
   */
  constructor(address, scope, { children = false, taken = () => {}, takenChildren = () => {} } = {}) {
    this.scope = scope;
    this.withChildren = children;
    this.taken = taken;
    this.takenChildren = takenChildren;
    /** What was not as the protocol says. */
    this.faults = [];
    this.hello = null;
    /** The last refusal. */
    this.refused = null;
    /** The last update of the figures, and of any topic by its name. */
    this.update = null;
    this.updates = new Map();
    /** Frames of the figures. */
    this.snapshots = 0;
    this.deltas = 0;
    /** Frames by topic. */
    this.frames = new Map();
    /** The children by scope, as snapshot and deltas say. */
    this.children = new Map();
    this.#socket = new WebSocket(`ws://${address}/ws`, PROTOCOL);
    this.#socket.on('message', (bytes, isBinary) => this.#hear(bytes, isBinary));
    this.opened = once(this.#socket, 'open').then(() => this.watch(scope));
    // Whoever opens it may be gone before it could.
    this.opened.catch(() => {});
    /** How it was closed: `{ code, reason }`. */
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
      this.#socket.on('error', (error) => this.faults.push(error.message));
    });
  }

  /** The topics of a scope that it watches. */
  topicsOf(scope) {
    return this.withChildren ? [`figures/${scope}`, `children/${scope}`] : [`figures/${scope}`];
  }

  /** Watches a scope from now on, and no other. */
  watch(scope) {
    const wanted = this.topicsOf(scope);
    this.scope = scope;
    this.refused = null;
    [...this.#held.keys()].filter((topic) => !wanted.includes(topic)).forEach((topic) => this.unsubscribe(topic));
    wanted.forEach((topic) => this.subscribe(topic));
  }

  subscribe(topic) {
    this.#held.set(topic, null);
    if (topic.startsWith('children/')) {
      this.children.clear();
    }
    this.#socket.send(JSON.stringify({ subscribe: { topic } }));
  }

  unsubscribe(topic) {
    this.#held.delete(topic);
    this.#socket.send(JSON.stringify({ unsubscribe: { topic } }));
  }

  /** Frames of a topic so far: `{ snapshots, deltas }`. */
  framesOf(topic) {
    return this.frames.get(topic) ?? { snapshots: 0, deltas: 0 };
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

  /** Resolves with the first update of the figures that fits, the present one included. */
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
        this.#held.delete(body.topic);
        break;
      case 'snapshot':
      case 'delta':
        this.#take(kind, body);
        break;
      default:
        this.faults.push(`an unknown frame: ${kind}`);
    }
  }

  #take(kind, update) {
    const { topic, seq, content } = update;
    const before = this.#held.get(topic);
    if (before === undefined || (kind === 'delta' && before === null)) {
      // What was on its way when the topic was let go, or began anew.
      return;
    }
    if (kind === 'delta' && seq !== before + 1) {
      this.faults.push(`${topic}: delta ${seq} after ${before}`);
    }
    this.#held.set(topic, seq);
    const frames = this.framesOf(topic);
    frames[`${kind}s`] += 1;
    this.frames.set(topic, frames);
    this.updates.set(topic, update);
    const [[shows, what], ...more] = Object.entries(content);
    if (!topic.startsWith(`${shows}/`) || more.length > 0) {
      this.faults.push(`${Object.keys(content)} in a frame of ${topic}`);
    }
    if (shows === 'figures') {
      this.#takeFigures(kind, update, what);
    } else {
      this.#takeChildren(kind, update, what);
    }
  }

  #takeFigures(kind, { topic, content, ...update }, figures) {
    if (`figures/${figures.view.scope}` !== topic || figures.view.as_of !== update.as_of) {
      this.faults.push(`a view of ${figures.view.scope} as of ${figures.view.as_of} in ${topic} as of ${update.as_of}`);
    }
    if (figures.view.scope !== this.scope) {
      return; // of a topic that was subscribed to beside
    }
    this[`${kind}s`] += 1;
    this.update = { ...update, ...figures };
    this.taken(this.update);
  }

  #takeChildren(kind, { content, ...update }, { cards, gone }) {
    if (update.topic !== `children/${this.scope}`) {
      return;
    }
    if (kind === 'snapshot') {
      this.children.clear();
    }
    cards.forEach((card) => this.children.set(card.scope, card));
    gone.forEach((scope) => this.children.delete(scope));
    this.takenChildren(update);
  }
}
