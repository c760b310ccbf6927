// How the console is to write figures in French, by the library of the language: written here a
// second time, and from the JSON of the API.

const COUNT = new Intl.NumberFormat('fr-FR');
const PERCENT = new Intl.NumberFormat('fr-FR', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
export const ABSENT = '–';

const plain = (text) => text.replace(/[\u00a0\u202f]/g, ' ');

export const count = (value) => plain(COUNT.format(value));
export const percent = (rate) => (rate === null ? ABSENT : plain(PERCENT.format(rate.value)));
export const fraction = ({ of: [numerator, denominator] }) => `${count(numerator)} / ${count(denominator)}`;

export function duration(seconds) {
  if (seconds === null) {
    return ABSENT;
  }
  const whole = Math.round(seconds);
  const two = (value) => String(value).padStart(2, '0');
  if (whole < 60) {
    return `${whole} s`;
  }
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${two(whole % 60)}`
    : `${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)}`;
}

const NO_ESTIMATE = {
  too_little_history: 'trop peu d’appels connus',
  nobody_staffed: 'aucun agent en poste',
  closed: 'fermé',
};

function estimateDetail({ p90_seconds: p90, reason }) {
  return reason === null ? `moins de ${duration(p90)} neuf fois sur dix` : `pas d’estimation : ${NO_ESTIMATE[reason]}`;
}

/** What the tiles are to show of a view. */
export function tilesOf({ now, windows, estimate }) {
  const rate = (window) => {
    const value = windows[window].rates.pick_up_agent;
    return { value: percent(value), detail: value === null ? 'aucun appel à compter' : fraction(value) };
  };
  return {
    waiting: count(now.waiting),
    'longest-wait': duration(now.longest_wait_seconds),
    'pick-up-15m': rate('15m'),
    'pick-up-today': rate('today'),
    estimate: { value: duration(estimate.p50_seconds), detail: estimateDetail(estimate) },
  };
}

const CONCERN = {
  pick_up: 'Décroché sur 60 min',
  estimated_wait: 'Attente estimée',
  longest_wait: 'Attente la plus longue',
  callbacks_reached: 'Rappels tenus sur 60 min',
  cut_off: 'Appels coupés par la fermeture sur 60 min',
  data_age: 'Silence des installations',
};
const SEVERITY = { warning: 'Attention', critical: 'Critique' };

/** For how long something has been bad, what it is, and how bad. */
function severityOf({ severity, worst }, asOf) {
  if (severity === null) return ['', ABSENT, ''];
  if (worst === null) return [severity, '', ''];
  const minutes = Math.floor((Date.parse(asOf) - Date.parse(worst.since)) / 60_000);
  const hours = `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`;
  const lasted = minutes < 1 ? '< 1 min' : minutes < 60 ? `${minutes} min` : hours;
  return [severity, lasted, `${SEVERITY[severity]} · ${CONCERN[worst.concern]}`];
}

/** What the cells of a row are to show of a card, as of an instant. */
export function cellsOf(card, asOf) {
  const rate = (value) => [percent(value), value === null ? '' : fraction(value)];
  return [
    severityOf(card, asOf),
    count(card.waiting),
    duration(card.longest_wait_seconds),
    rate(card.pick_up_agent_15m),
    duration(card.answer_mean_15m_seconds),
    rate(card.pick_up_agent_today),
    count(card.offered_today),
    count(card.answered_today),
    count(card.abandoned_today),
  ];
}
