// What the attacks are made on: a real Kafka and a service with a region of many agencies in it.
//
//   const stage = await Stage.set({ agencies: 1100, settings: { 'limits.max_clients': 20 } });
//   stage.service                 as in tests/pipeline/service.mjs
//   stage.onlookers('all', ...)   bystanders, counted from now on
//   await stage.clear();

import { startBroker } from '../kafka/broker.mjs';
import { call, directoryOf, structured } from '../pipeline/calls.mjs';
import { until } from '../pipeline/condition.mjs';
import { startService } from '../pipeline/service.mjs';
import { Bystander } from './bystander.mjs';

export const REGION = 'ft/NAQ';
const BUILD_UP_LIMIT_MILLISECONDS = 60_000;

/** How long each attack lasts; the long forms are asked for. */
export const SECONDS = Number(process.env.VIGIE_ATTACK_SECONDS ?? 10);

export const agencyCode = (index) => `A-${String(index).padStart(5, '0')}`;

/** Regions beside the first. */
export const regionCode = (index) => (index === 0 ? 'NAQ' : `R${String(index).padStart(2, '0')}`);

/** A directory of so many regions, each with as many agencies. `nameLength` is that of an agency's name. */
export function country(agencies, nameLength, regions = 1) {
  const more = Array.from({ length: regions - 1 }, (_, index) => `[[region]]
code = "${regionCode(index + 1)}"
name = "Région ${index + 1}"
`).join('');
  const all = Array.from({ length: agencies }, (_, index) => [agencyCode(index), `Agence ${index} `.padEnd(nameLength, 'x'), regionCode(index % regions)]);
  return directoryOf(all) + more;
}

export class Stage {
  #watching = [];

  static async set({ agencies = 1100, nameLength = 20, regions = 1, waiting = 0, settings = {} } = {}) {
    const stage = new Stage();
    try {
      stage.broker = await startBroker();
      await stage.broker.createTopic('calls', 1);
      await stage.broker.createTopic('calls.refused', 1);
      stage.service = await startService({ brokers: stage.broker.address, settings, directory: country(agencies, nameLength, regions) });
      const at = Date.now() - 10_000;
      const calls = Array.from({ length: waiting }, (_, index) => call(`call ${index}`, at, { agency: agencyCode(index % agencies) })[0]);
      await stage.broker.send('calls', calls.map((event) => structured(event)));
      await stage.service.ready(BUILD_UP_LIMIT_MILLISECONDS);
      await until('the calls to be counted', async () => (await stage.service.view('all')).now.waiting === waiting, BUILD_UP_LIMIT_MILLISECONDS);
    } catch (error) {
      await stage.clear();
      throw error;
    }
    return stage;
  }

  /** Whoever watches these scopes, from now on. */
  async onlookers(...scopes) {
    const watching = await Promise.all(scopes.map((scope) => Bystander.watch(this.service.address, scope)));
    this.#watching.push(...watching);
    watching.forEach((bystander) => bystander.mark());
    return watching;
  }

  /** The value of a metric, of all its series or of those with some labels. */
  async metric(name, labels) {
    return (await this.service.metrics()).sum(name, labels);
  }

  async clear() {
    await Promise.all(this.#watching.map((bystander) => bystander.leave()));
    await this.service?.stop();
    await this.broker?.stop();
  }
}
