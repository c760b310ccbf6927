// Good calls that go on while the service is attacked, and what their figures have to be.
//
//   const traffic = new Traffic(broker, { partitions: 3 });
//   await traffic.send(100);                 a hundred calls of now, each queued and answered
//   traffic.calls                            how many so far
//   const stop = callsGoOn(traffic, 100);    a hundred a second until await stop()
//   await assertSameAsFold(service, traffic) 0 differences from `vigie fold` of the same events
//
// The clock on the wall rules under attack, so live figures are compared as of an instant that the
// service has shown, with the fold as of the same.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AGENCY_SCOPE, DIRECTORY, call, structured } from '../pipeline/calls.mjs';
import { until } from '../pipeline/condition.mjs';
import { differencesFromFold, foldedViews } from '../pipeline/figures.mjs';

/** A call waits so long for its answer, and both have happened when they are sent. */
const WAITED_MILLISECONDS = 1500;
const AGO_MILLISECONDS = 3000;
/** The newest call is out of what `vigie fold` would still wait for. */
const SETTLED_MILLISECONDS = 60_000;
const ROUND_MILLISECONDS = 200;

export class Traffic {
  #broker;
  #topic;
  #partitions;
  #events = [];
  calls = 0;

  constructor(broker, { topic = 'calls', partitions = 1 } = {}) {
    this.#broker = broker;
    this.#topic = topic;
    this.#partitions = partitions;
  }

  /** The messages of so many calls, to be sent as they are, among others; counted as sent. */
  messages(count) {
    const at = Date.now() - AGO_MILLISECONDS;
    return Array.from({ length: count }, () => {
      const number = this.calls;
      this.calls += 1;
      const events = call(`good ${number}`, at + (number % 1000), { waited: WAITED_MILLISECONDS });
      this.#events.push(...events);
      return events.map((event) => structured(event, { partition: number % this.#partitions }));
    }).flat();
  }

  /** Other events that were sent, to be folded as well. */
  add(events) {
    events.forEach((event) => this.#events.push(event));
  }

  send(count) {
    return this.#broker.send(this.#topic, this.messages(count));
  }

  /** Every event sent so far, as lines of a file. */
  get lines() {
    return this.#events.map((event) => `${JSON.stringify(event)}\n`).join('');
  }
}

/** Sends so many calls a second until told to stop; what stops it resolves once the last are sent. */
export function callsGoOn(traffic, callsASecond) {
  let isOver = false;
  const calling = (async () => {
    while (!isOver) {
      await traffic.send(Math.ceil(callsASecond * ROUND_MILLISECONDS / 1000));
      await sleep(ROUND_MILLISECONDS);
    }
  })();
  return () => {
    isOver = true;
    return calling;
  };
}

/** Resolves with the view of the agency once all calls are counted as answered. */
export function untilAllAnswered(service, traffic, limitMilliseconds = SETTLED_MILLISECONDS) {
  return until(`${traffic.calls} answered calls`, async () => {
    const view = await service.view(AGENCY_SCOPE);
    return view.windows.today.counts.answered === traffic.calls ? view : null;
  }, limitMilliseconds);
}

/** The figures of the agency are those of `vigie fold` over the same events, those refused left out. */
export async function assertSameAsFold(service, traffic) {
  const live = await untilAllAnswered(service, traffic);
  const folder = await mkdtemp(join(tmpdir(), 'vigie-attack-'));
  try {
    const [events, directory] = ['events.ndjson', 'directory.toml'].map((name) => join(folder, name));
    await writeFile(events, traffic.lines);
    await writeFile(directory, DIRECTORY);
    const folded = await foldedViews([events], live.as_of, [AGENCY_SCOPE], directory);
    const differences = differencesFromFold([live], folded);
    assert.deepEqual(differences, [], `${differences.length} differences from vigie fold`);
    return differences.length;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
