// What every test of the console needs: a real Kafka, the service on it, calls, and a browser.
//
//   const stage = await openStage({ steps: 600 });
//   stage.service, stage.broker, stage.calls, stage.browser, stage.address
//   await stage.close();

import { once } from 'node:events';
import { createServer } from 'node:net';
import { startBroker } from '../kafka/broker.mjs';
import { noBinary } from '../pipeline/command.mjs';
import { until } from '../pipeline/condition.mjs';
import { startService } from '../pipeline/service.mjs';
import { noBrowser, openBrowser, shown } from './browser.mjs';
import { DIRECTORY, startCalls } from './country.mjs';

export const skip = noBinary || noBrowser;

/** The group waits that long for a member that was killed; by default it is 45 s. */
const GROUP_SETTINGS = {
  'group.consumer.min.session.timeout.ms': 1000,
  'group.consumer.session.timeout.ms': 1000,
  'group.consumer.min.heartbeat.interval.ms': 250,
  'group.consumer.heartbeat.interval.ms': 250,
};

/** A service that is started again must be found where it was: not a port of the system's choice. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** `steps` of calls are there from the start; none with 0. */
export async function openStage({ steps = 600 } = {}) {
  const stage = new Stage();
  try {
    await stage.open(steps);
  } catch (error) {
    await stage.close();
    throw error;
  }
  return stage;
}

class Stage {
  async open(steps) {
    this.broker = await startBroker({ settings: GROUP_SETTINGS });
    await this.broker.createTopic('calls', 1);
    await this.broker.createTopic('calls.refused', 1);
    const address = `127.0.0.1:${await freePort()}`;
    this.address = `http://${address}`;
    this.service = await startService({
      brokers: this.broker.address,
      settings: { clock: 'event', 'http.listen': address },
      directory: DIRECTORY,
    });
    if (steps > 0) {
      this.calls = await startCalls(this.broker, { steps });
      await this.service.ready();
    }
    this.browser = await openBrowser();
  }

  async close() {
    await this.browser?.close();
    await this.calls?.pause().catch(() => {});
    await this.service?.stop();
    await this.broker?.stop();
  }
}

/** Resolves with what the page shows once that fits. */
export function showing(page, what, fits, limitMilliseconds) {
  return until(`the page to show ${what}`, async () => {
    const now = await shown(page);
    if (!fits(now)) {
      throw new Error(JSON.stringify(now).slice(0, 800));
    }
    return now;
  }, limitMilliseconds);
}

export const isLive = ({ state, frozen, asOf }) => state === 'En direct' && !frozen && asOf !== '';
