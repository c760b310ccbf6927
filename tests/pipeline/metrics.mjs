// What `/metrics` says, read by the rules of the Prometheus text format.

const SAMPLE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

export class Metrics {
  #samples = [];

  constructor(text) {
    for (const line of text.split('\n')) {
      const match = line.startsWith('#') ? null : SAMPLE.exec(line);
      if (match) {
        const labels = Object.fromEntries([...(match[2] ?? '').matchAll(LABEL)].map(([, name, value]) => [name, value]));
        this.#samples.push({ name: match[1], labels, value: Number(match[3]) });
      }
    }
  }

  /** The samples of a metric whose labels are those asked for, among others. */
  of(name, labels = {}) {
    return this.#samples.filter((sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value));
  }

  /** The sum over them; 0 where there is none. */
  sum(name, labels) {
    return this.of(name, labels).reduce((total, { value }) => total + value, 0);
  }

  /** Sums by the values of a label, those of 0 left out. */
  by(label, name) {
    const sums = {};
    for (const { labels, value } of this.of(name)) {
      if (value !== 0) {
        sums[labels[label]] = (sums[labels[label]] ?? 0) + value;
      }
    }
    return sums;
  }

  /** The state that the feed is in: exactly one may be. */
  feedState() {
    const states = this.of('vigie_feed_state').filter(({ value }) => value === 1);
    if (states.length !== 1) {
      throw new Error(`the feed is in ${states.length} states`);
    }
    return states[0].labels.state;
  }
}
