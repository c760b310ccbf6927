// A small country whose calls go on for as long as a test needs figures that move.

import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../oracle/random.mjs';
import { call, structured } from '../pipeline/calls.mjs';

export const NETWORK = 'ft';
export const REGION = 'ft/NAQ';
const AGENCIES = 40;
const START = Date.parse('2026-11-20T09:00:00Z');

/** Time goes twice as fast as here: several new figures a second. */
const STEP_MILLISECONDS = 500;
const EVERY_MILLISECONDS = 250;

const code = (index) => `NAQ-${String(index).padStart(4, '0')}`;
const agency = (index) => `[[agency]]
code = "${code(index)}"
name = "Agence ${index}"
network = "ft"
region = "NAQ"
queues = ["indemnisation", "placement"]
`;
const queue = (name, title) => `[[queue]]
code = "${name}"
network = "ft"
line = "3949"
name = "${title}"
`;

export const DIRECTORY = `version = 1
[[network]]
code = "ft"
name = "France Travail"
short_abandons_count = false
[[network]]
code = "caf"
name = "Allocations familiales"
[[region]]
code = "NAQ"
name = "Nouvelle-Aquitaine"
[[region]]
code = "IDF"
name = "Île-de-France"
[[line]]
number = "3949"
name = "Demandeurs d'emploi"
network = "ft"
${queue('indemnisation', 'Indemnisation')}${queue('placement', 'Placement')}[[agency]]
code = "IDF-0001"
name = "Montreuil"
network = "ft"
region = "IDF"
queues = ["indemnisation"]
${Array.from({ length: AGENCIES }, (_, index) => agency(index)).join('')}`;

/** The events of the country, one step of its time after the other. */
class Country {
  #random = randomFrom('console');
  #ends = [];
  #calls = 0;
  #now = START;

  /** The messages of the next step. */
  step() {
    this.#now += STEP_MILLISECONDS;
    const events = Array.from({ length: 1 + Math.floor(this.#random() * 4) }, () => this.#begin());
    const due = this.#ends.filter(({ time }) => Date.parse(time) <= this.#now);
    this.#ends = this.#ends.filter(({ time }) => Date.parse(time) > this.#now);
    return [...events, ...due].map((one) => structured(one));
  }

  #begin() {
    this.#calls += 1;
    const subject = `call-${this.#calls}`;
    // Some agencies have many more calls than others, so that the order of the rows moves.
    const place = code(Math.floor(AGENCIES * this.#random() ** 2));
    const waited = 2_000 + Math.floor(this.#random() ** 3 * 180_000);
    const [queued, answered] = call(subject, this.#now, { waited, agency: place });
    const abandoned = { ...answered, id: `${subject}-abandoned`, type: 'call.abandoned' };
    this.#ends.push(this.#random() < 0.75 ? answered : abandoned);
    return queued;
  }
}

/**
 * Lets the country's calls flow into a broker; begins with `steps` of them at once.
 * `pause()` resolves when all that was told has been sent.
 */
export async function startCalls(broker, { steps = 600 } = {}) {
  const country = new Country();
  await broker.send('calls', Array.from({ length: steps }, () => country.step()).flat());
  let flowing = false;
  let done = Promise.resolve();
  const flow = async () => {
    while (flowing) {
      await broker.send('calls', country.step());
      await sleep(EVERY_MILLISECONDS);
    }
  };
  return {
    resume() {
      if (!flowing) {
        flowing = true;
        done = flow();
        done.catch(() => {}); // Told by `pause`.
      }
    },
    pause() {
      flowing = false;
      return done;
    },
  };
}
