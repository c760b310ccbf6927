// The scores of `vigie backtest` once more, from the events and from what `--estimates-out` wrote:
// by brute force, from the readings in docs/backtest.md. Instants and waits are whole microseconds,
// what is forecast is in seconds.

const SECOND = 1e6;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const CLOSES = {
  'call.answered': 'answered',
  'call.abandoned': 'abandoned',
  'call.overflowed': 'closed_otherwise',
  'call.cut_off': 'closed_otherwise',
  'call.callback_accepted': 'closed_otherwise',
  'call.voicemail_left': 'closed_otherwise',
};

const byTypeAndId = (one, other) =>
  one.time - other.time || compare(one.type, other.type) || compare(one.id, other.id) || compare(one.source, other.source);

function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Of a time in UTC; what is below a microsecond is cut off. */
function micros(text) {
  const [, seconds, fraction = ''] = /^([^.Z+]+)(?:\.(\d+))?(?:Z|\+00:00)$/.exec(text);
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

const span = (seconds) => Math.round(seconds * SECOND);

const HALF_A_MICROSECOND = 0.5;

/**
 * The events that count, in the order of their times: each once. One that is late stands just before
 * the first instant that was not over when it came; its own is `late`.
 */
export function admitted(lines) {
  const seen = new Set();
  const events = [];
  let newest = -Infinity;
  for (const line of lines) {
    const event = { ...line, time: micros(line.time) };
    const identity = JSON.stringify([event.source, event.id]);
    if (seen.has(identity)) continue;
    seen.add(identity);
    const over = newest - 30 * SECOND;
    events.push(event.time >= over ? event : { ...event, late: event.time, time: over - HALF_A_MICROSECOND });
    newest = Math.max(newest, event.time);
  }
  return events.sort(byTypeAndId);
}

function grouped(list, key) {
  const groups = new Map();
  for (const each of list) {
    const name = key(each);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(each);
  }
  return groups;
}

/** The stays of one call in one queue, as they stand at `now`. */
function staysOf(events, now) {
  const stays = [];
  let open = null;
  const close = (end, outcome, by) => {
    Object.assign(open, { end, outcome, by });
    open = null;
  };
  for (const [time, together] of grouped(events, (event) => event.time)) {
    if (open && open.queued + 2 * HOUR <= time) close(open.queued + 2 * HOUR, 'lost');
    const left = [...together];
    while (left.length > 0) {
      const fits = left.findIndex((event) => (event.type === 'call.queued') === (open === null));
      const [event] = left.splice(Math.max(fits, 0), 1);
      if (event.late !== undefined) {
        if (CLOSES[event.type] && open?.queued <= event.late) close(time, 'lost');
        continue;
      }
      const { agency, queue, announced_wait_seconds: announced } = event.data;
      if (event.type === 'call.queued') {
        if (open) continue;
        open = { call: event.subject, agency, queue, queued: time, end: Infinity, outcome: 'open' };
        open.announced = announced === undefined ? undefined : span(announced) / SECOND;
        stays.push(open);
      } else if (event.type === 'call.announced') {
        if (open) open.announced ??= (time - open.queued + span(announced)) / SECOND;
      } else if (CLOSES[event.type] && open) {
        close(time, CLOSES[event.type], event);
      }
    }
  }
  if (open && open.queued + 2 * HOUR <= now) close(open.queued + 2 * HOUR, 'lost');
  return stays;
}

/** When somebody was talking to a caller of the queue: `{ from, to }`, of one call in one queue. */
function talksOf(stays, events) {
  const answers = stays.filter((stay) => stay.outcome === 'answered').map((stay) => stay.end);
  const ends = events.filter((event) => event.type === 'call.ended');
  const endsFrom = (from) => ends.filter(({ time, late = time }) => late >= from).map(({ time }) => time);
  return answers.map((from) => ({
    from,
    to: Math.min(from + 2 * HOUR, ...endsFrom(from), ...answers.filter((other) => other > from)),
  }));
}

/** A queue, as it looks from any instant. */
class Queue {
  constructor(events, now) {
    const legs = grouped(events, (event) => event.subject);
    this.stays = [];
    this.talks = [];
    for (const [, ofLeg] of legs) {
      const stays = staysOf(ofLeg, now);
      this.stays.push(...stays);
      this.talks.push(...talksOf(stays, ofLeg));
    }
    this.stays.sort((one, other) => one.queued - other.queued);
    this.talks.sort((one, other) => one.from - other.from);
    this.answers = this.stays
      .filter((stay) => stay.outcome === 'answered')
      .sort((one, other) => byTypeAndId(one.by, other.by))
      .map((stay) => ({ at: stay.end, queued: stay.queued, wait: stay.end - stay.queued }));
    this.abandonments = this.stays.filter((stay) => stay.outcome === 'abandoned').map((stay) => ({ at: stay.end })).sort((a, b) => a.at - b.at);
    const inTime = events.filter((event) => event.late === undefined);
    this.handled = inTime
      .filter((event) => event.type === 'call.ended')
      .map(({ time, data }) => ({ at: time, length: span(data.talk_seconds) + span(data.hold_seconds ?? 0) }));
    this.wrapUps = inTime
      .filter((event) => event.type === 'call.wrapped_up')
      .map(({ time, data }) => ({ at: time, length: span(data.wrap_up_seconds) }));
    let ewma = null;
    for (const answer of this.answers) {
      const wait = answer.wait / SECOND;
      ewma = ewma === null ? wait : 0.75 * ewma + 0.25 * wait;
      answer.ewma = ewma;
    }
  }

  /** What a virtual wait of an abandoned stay is, or null. */
  virtualWait(stay) {
    const first = within(this.answers, stay.end, stay.end + 600 * SECOND + 1).find((answer) => answer.queued > stay.queued);
    return first ? first.at - stay.queued : null;
  }

  /** What each baseline forecast for a call that queued at `t`. */
  forecasts(t) {
    const answered = (minutes) => within(this.answers, t - minutes * MINUTE, t);
    const mean = (minutes) => {
      const waits = answered(minutes).map((answer) => answer.wait);
      return waits.length > 0 ? point(sum(waits) / waits.length / SECOND) : null;
    };
    const last = this.answers[firstFrom(this.answers, t) - 1];
    const began = this.stays.slice(firstFrom(this.stays, t - 2 * HOUR, 'queued'), firstFrom(this.stays, t, 'queued'));
    const waiting = began.filter((stay) => stay.end >= t);
    const n = waiting.length;
    const busy = this.talks
      .slice(firstFrom(this.talks, t - 2 * HOUR, 'from'), firstFrom(this.talks, t, 'from'))
      .filter((talk) => talk.to >= t).length;
    const departed = answered(5).length + within(this.abandonments, t - 5 * MINUTE, t).length;
    const ended = within(this.handled, t - 30 * MINUTE, t);
    const work = [...ended, ...within(this.wrapUps, t - 30 * MINUTE, t)].map((each) => each.length);
    const recent = answered(30).map((answer) => answer.wait).sort((one, other) => one - other);
    const ranked = (p) => recent[Math.ceil((p * recent.length) / 100) - 1] / SECOND;
    const trailing = recent.length > 0 ? { p50: ranked(50), p90: ranked(90) } : null;
    const both = (seconds) => ({ p50: seconds, p90: seconds });
    return {
      les: last ? point(last.wait / SECOND) : null,
      hol: point(n > 0 ? (t - Math.min(...waiting.map((stay) => stay.queued))) / SECOND : 0),
      mean_5m: mean(5),
      mean_15m: mean(15),
      mean_30m: mean(30),
      ewma: last ? point(last.ewma) : null,
      queue_length: ended.length > 0 ? point(((n + 1) * (sum(work) / SECOND / ended.length)) / Math.max(busy, 1)) : null,
      shrunk_queue_length: point((300 * (n + 1)) / (departed + 2)),
      trailing_30m: trailing,
      trailing_30m_or_last: trailing ?? (last ? both(last.wait / SECOND) : null),
      trailing_30m_or_zero: trailing ?? both(0),
    };
  }
}

/** The index of the first whose `key` is at or after `t`, of a list in that order. */
function firstFrom(list, t, key = 'at') {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle][key] < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

const within = (list, from, to) => list.slice(firstFrom(list, from), firstFrom(list, to));
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const point = (seconds) => ({ mean: seconds, p50: seconds });

function pinball(p, forecast, wait) {
  return Math.max(p * (wait - forecast), (p - 1) * (wait - forecast));
}

const average = (numbers) => (numbers.length > 0 ? sum(numbers) / numbers.length : null);

function score(pairs) {
  const of = (key, value) => average(pairs.filter(({ forecast }) => forecast[key] !== undefined).map(value));
  const rootOf = (number) => (number === null ? null : Math.sqrt(number));
  return {
    calls: pairs.length,
    rmse: rootOf(of('mean', ({ forecast, wait }) => (forecast.mean - wait) ** 2)),
    mae: of('mean', ({ forecast, wait }) => Math.abs(forecast.mean - wait)),
    bias: of('mean', ({ forecast, wait }) => forecast.mean - wait),
    pinball_p50: of('p50', ({ forecast, wait }) => pinball(0.5, forecast.p50, wait)),
    pinball_p90: of('p90', ({ forecast, wait }) => pinball(0.9, forecast.p90, wait)),
    coverage_p50: of('p50', ({ forecast, wait }) => Number(wait <= forecast.p50)),
    coverage_p90: of('p90', ({ forecast, wait }) => Number(wait <= forecast.p90)),
  };
}

function scores(calls) {
  const ours = ({ estimate }) => estimate;
  const pairs = (list, of) => list.filter(of).map((call) => ({ forecast: of(call), wait: call.wait }));
  const baselines = NAMES.map((name) => {
    const theirs = ({ forecasts }) => forecasts[name];
    const both = calls.filter((call) => ours(call) && theirs(call));
    const [our, their] = [score(pairs(both, ours)), score(pairs(both, theirs))];
    const over = (key) => (our[key] === null || !(their[key] > 0) ? null : our[key] / their[key]);
    const [rmse, mae, pinball_p50, pinball_p90] = ['rmse', 'mae', 'pinball_p50', 'pinball_p90'].map(over);
    return { name, ...score(pairs(calls, theirs)), ratio: { calls: both.length, rmse, mae, pinball_p50, pinball_p90 }, estimate: our };
  });
  return { estimate: score(pairs(calls, ours)), baselines };
}

const NAMES = [
  'announced', 'les', 'hol', 'mean_5m', 'mean_15m', 'mean_30m', 'ewma', 'queue_length', 'shrunk_queue_length',
  'trailing_30m', 'trailing_30m_or_last', 'trailing_30m_or_zero',
];

function part(calls) {
  const of = (...outcomes) => calls.filter((call) => outcomes.includes(call.outcome));
  const population = of('answered', 'abandoned', 'without_virtual_wait');
  const without = population.filter((call) => !call.estimate);
  const reasons = [...grouped(without, (call) => call.reason)].sort().map(([reason, list]) => [reason, list.length]);
  const counts = ['answered', 'abandoned', 'without_virtual_wait', 'short', 'closed_otherwise', 'lost', 'open'];
  const hours = [...grouped(of('answered').filter((call) => call.estimate), (call) => call.hour)]
    .filter(([, list]) => list.length >= 200)
    .map(([hour, list]) => ({
      hour,
      calls: list.length,
      coverage_p90: average(list.map(({ estimate, wait }) => Number(wait <= estimate.p90))),
    }))
    .sort((one, other) => one.coverage_p90 - other.coverage_p90 || one.hour - other.hour);
  return {
    counts: Object.fromEntries(counts.map((outcome) => [outcome, of(outcome).length])),
    without_estimate: {
      calls: without.length,
      of: population.length,
      share: population.length > 0 ? without.length / population.length : null,
      reasons: Object.fromEntries(reasons),
    },
    answered: scores(of('answered')),
    with_virtual_waits: scores(of('answered', 'abandoned')),
    worst_hour: hours[0] ?? null,
  };
}

function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const { length } = sorted;
  return length > 0 ? (sorted[Math.floor((length - 1) / 2)] + sorted[Math.ceil((length - 1) / 2)]) / 2 : null;
}

function days(calls) {
  return [...grouped(calls, (call) => call.date)].sort().map(([date, list]) => {
    const { ratio } = scores(list).baselines.find(({ name }) => name === 'trailing_30m');
    const off = (of) => median(list.filter(of).map((call) => Math.abs(of(call).p50 - call.wait)));
    return {
      date,
      calls: list.length,
      ratio_p50: ratio.pinball_p50,
      ratio_p90: ratio.pinball_p90,
      median_absolute_error: off(({ estimate }) => estimate),
      median_absolute_error_les: off(({ forecasts }) => forecasts.les),
    };
  });
}

/** Sixteen classes to each doubling of 1 + seconds, up to a day, put together by tenths of the calls. */
function calibration(calls, quantile) {
  const classes = grouped(calls, ({ estimate }) => {
    const size = 1 + Math.min(Math.max(estimate[quantile], 0), 86_400);
    let doublings = 0;
    while (size >= 2 ** (doublings + 1)) doublings += 1;
    return 16 * doublings + Math.floor(16 * (size / 2 ** doublings - 1));
  });
  const groups = [];
  let before = 0;
  for (const [, list] of [...classes].sort(([one], [other]) => one - other)) {
    (groups[Math.floor((10 * before) / calls.length)] ??= []).push(...list);
    before += list.length;
  }
  return groups.filter(Boolean).map((list) => ({
    calls: list.length,
    forecast: average(list.map(({ estimate }) => estimate[quantile])),
    coverage: average(list.map(({ estimate, wait }) => Number(wait <= estimate[quantile]))),
  }));
}

/** Date and hour of a zone's clock. */
function clockOf(zone) {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const known = new Map();
  return (instant) => {
    const quarter = Math.floor(instant / (15 * MINUTE));
    if (!known.has(quarter)) {
      const [date, time] = format.format(new Date(quarter * 15 * 60_000)).split(' ');
      known.set(quarter, { date, hour: Number(time.slice(0, 2)) });
    }
    return known.get(quarter);
  };
}

/**
 * The whole report.
 *
 * `lines`: events as they were read. `estimates`: what was written. `from`: the instant of
 * `--warm-up`. `placeOf`: `{ network, region, zone }` of an agency.
 */
export function witness(lines, estimates, { from, placeOf = () => ({ network: 'unassigned', region: 'unassigned', zone: 'Europe/Paris' }) } = {}) {
  const key = (call, agency, queue, time) => JSON.stringify([call, agency, queue, time]);
  const given = new Map(estimates.map((each) => [key(each.call, each.agency, each.queue, micros(each.time)), each]));
  const clocks = new Map();
  const events = admitted(lines);
  const newest = events.at(-1)?.time;
  const inQueues = events.filter(({ data }) => data?.agency !== undefined && data.queue !== undefined && data.reason !== 'callback');
  const calls = [];
  for (const [, ofQueue] of grouped(inQueues, ({ data }) => JSON.stringify([data.agency, data.queue]))) {
    const queue = new Queue(ofQueue, newest);
    for (const stay of queue.stays) {
      if (from !== undefined && stay.queued < micros(from)) continue;
      const { network, region, zone } = placeOf(stay.agency);
      if (!clocks.has(zone)) clocks.set(zone, clockOf(zone));
      const call = { ...stay, network, region, ...clocks.get(zone)(stay.queued) };
      let wait = call.end - call.queued;
      if (['answered', 'abandoned'].includes(call.outcome)) {
        if (wait <= 2 * SECOND) {
          call.outcome = 'short';
        } else if (call.outcome === 'abandoned') {
          wait = queue.virtualWait(stay);
          if (wait === null) call.outcome = 'without_virtual_wait';
        }
      }
      call.wait = wait / SECOND;
      const announced = call.announced === undefined ? null : point(call.announced);
      call.forecasts = { ...queue.forecasts(call.queued), announced };
      const estimate = given.get(key(call.call, call.agency, call.queue, call.queued));
      if (estimate && estimate.reason === null) {
        call.estimate = { mean: estimate.mean_seconds, p50: estimate.p50_seconds, p90: estimate.p90_seconds };
      } else {
        call.reason = estimate?.reason ?? 'not_given';
      }
      calls.push(call);
    }
  }
  const answered = calls.filter((call) => call.outcome === 'answered');
  const estimated = answered.filter((call) => call.estimate);
  const parts = (keys) =>
    [...grouped(calls, (call) => keys.map((each) => call[each]).join('\0'))]
      .sort(([one], [other]) => compare(one, other))
      .map(([, list]) => ({ ...Object.fromEntries(keys.map((each) => [each, list[0][each]])), ...part(list) }));
  return {
    total: part(calls),
    regions: parts(['network', 'region']),
    queues: parts(['agency', 'queue']),
    days: days(answered),
    calibration: { p50: calibration(estimated, 'p50'), p90: calibration(estimated, 'p90') },
  };
}
