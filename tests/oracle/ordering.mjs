// "At equal times, an event that the present state can take goes first; then by
// type, then by id" (events.md, Legs) — then by source, where ids are equal too.

export const compareText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** The id as it may be kept: without the pseudonyms that some platforms build ids from. */
function keptId({ id, data }) {
  const pseudonyms = [data?.caller, data?.agent].filter((pseudonym) => typeof pseudonym === 'string' && pseudonym !== '');
  return pseudonyms.reduce((kept, pseudonym) => kept.replaceAll(pseudonym, '\0'), id);
}

export function byTimeTypeId(a, b) {
  return a.time - b.time || compareText(a.type, b.type) || compareText(keptId(a), keptId(b)) || compareText(a.source, b.source);
}

/** The order of events that no machine walks. */
export function byTimeIdSource(a, b) {
  return a.time - b.time || compareText(keptId(a), keptId(b)) || compareText(a.source, b.source);
}

/**
 * Walks events in that order. `advanceTo` lets time pass in the state,
 * `canTake` says whether the present state takes an event, `apply` applies it.
 */
export function walk(events, { advanceTo, canTake, apply }) {
  const waiting = [...events].sort(byTimeTypeId);
  while (waiting.length > 0) {
    advanceTo(waiting[0].time);
    const tied = waiting.filter(({ time }) => time === waiting[0].time);
    const next = tied.find(canTake) ?? tied[0];
    waiting.splice(waiting.indexOf(next), 1);
    apply(next);
  }
}

/** Groups a list by the text that `key` makes of each element. */
export function grouped(list, key) {
  const groups = new Map();
  for (const each of list) {
    const name = key(each);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(each);
  }
  return groups;
}
