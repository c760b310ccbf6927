// Clocks that are ahead, one way or another: a source that is as far ahead as may be, and a broker
// whose clock is not that of the others. T is of now and goes on, nothing is forgotten because of it,
// and where a broker's clock is off that is said.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBroker } from '../kafka/broker.mjs';
import { DIRECTORY, call, structured } from '../pipeline/calls.mjs';
import { noBinary } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { startService } from '../pipeline/service.mjs';
import { Bystander, LONGEST_GAP } from './bystander.mjs';
import { startClock } from './clock.mjs';

const SECONDS = Number(process.env.VIGIE_ATTACK_SECONDS ?? 8);
/** Up to a minute is believed. */
const SOURCE_AHEAD_MILLISECONDS = 55_000;
const BROKER_AHEAD_SECONDS = 20;
const EVERY_MILLISECONDS = 300;
const T_AHEAD_AT_MOST_MILLISECONDS = 1000;

let broker;

before(async () => {
  if (noBinary) return;
  broker = await startBroker();
});

after(() => broker?.stop());

/** Sends a call every now and then, `ahead` of the clock, to a partition that `of` chooses by number. */
function callsOf(topic, { ahead = 0, of = () => 0 }) {
  let isOver = false;
  const calling = (async () => {
    for (let number = 0; !isOver; number += 1) {
      const events = call(`${topic} ${number}`, Date.now() - 2000 + ahead, { waited: 1000 });
      await broker.send(topic, events.map((event) => structured(event, { partition: of(number) })));
      await sleep(EVERY_MILLISECONDS);
    }
  })();
  return () => {
    isOver = true;
    return calling;
  };
}

async function serviceOf(t, topic) {
  const settings = { 'kafka.topic': topic, 'kafka.refused_topic': `${topic}.refused`, 'kafka.group_id': topic };
  const service = await startService({ brokers: broker.address, settings, directory: DIRECTORY });
  t.after(() => service.stop());
  return service;
}

/** Watches for a while: T goes on, is of now, and nothing was read anew. */
async function assertGoesOn(t, service) {
  const bystander = await Bystander.watch(service.address, 'all');
  t.after(() => bystander.leave());
  bystander.mark();
  await sleep(SECONDS * 1000);
  t.diagnostic(`T stood for ${bystander.worstGap().toFixed(0)} ms at most`);
  const { asOf } = bystander.frames.at(-1);
  assert.ok(asOf - Date.now() <= T_AHEAD_AT_MOST_MILLISECONDS, 'T is of an instant to come');
  assert.ok(bystander.worstGap() <= LONGEST_GAP, `T stood for ${bystander.worstGap()} ms`);
  assert.equal(service.said('the clock was ahead: all is read anew'), undefined);
}

test('a source that is as far ahead as may be moves T no further than to now', { skip: noBinary, timeout: 180_000 }, async (t) => {
  await broker.createTopic('source', 1);
  await broker.createTopic('source.refused', 1);
  const stop = callsOf('source', { ahead: SOURCE_AHEAD_MILLISECONDS });
  t.after(stop);
  await sleep(2000); // some of it is there when the service starts
  const service = await serviceOf(t, 'source');
  await service.ready();
  await assertGoesOn(t, service);
  // Nor after a start from a snapshot.
  await service.kill();
  await service.start();
  await service.ready();
  await assertGoesOn(t, service);
});

test('a broker whose clock is not the others\' does not turn the time of day', { skip: noBinary, timeout: 180_000 }, async (t) => {
  const clock = await startClock({ seconds: BROKER_AHEAD_SECONDS });
  t.after(() => clock.stop());
  const ahead = await startBroker({ beside: broker, environment: clock.environment });
  let stop;
  t.after(async () => {
    // Nothing can be sent to a broker that is gone.
    await stop?.();
    await ahead.stop();
  });
  await broker.tool('TopicCommand', ['--create', '--topic', 'skewed', '--replica-assignment', '1,2', '--config', 'message.timestamp.type=LogAppendTime']);
  await broker.createTopic('skewed.refused', 1);
  // Bursts of the right one, then some of the other, then both: whoever spoke last is not believed.
  stop = callsOf('skewed', { of: (number) => Number(number % 16 === 0 || number % 32 > 24) });
  const service = await serviceOf(t, 'skewed');
  await service.ready();
  await until('it to be said', async () => {
    const off = (await service.get('/readyz')).body.feed.clock_off_seconds;
    return Math.abs(off - BROKER_AHEAD_SECONDS) <= 2;
  }, 15_000);
  await assertGoesOn(t, service);
});
