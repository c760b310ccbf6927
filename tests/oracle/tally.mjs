// What is added up of one window: sums by name and single lengths of time,
// apart by book and group.

export const BOOKS = ['windows', 'handled'];
const GROUPS = ['main', 'second_level', 'callback'];

export const COUNTS = [
  'received', 'received_out_of_hours', 'identified', 'self_served', 'self_served_in_hours',
  'deflected_asked', 'deflected_closed', 'deflected_saturated', 'entered_all', 'closed_all', 'answered', 'abandoned',
  'short_abandoned', 'cut_off', 'lost', 'callbacks_accepted', 'voicemails', 'overflowed_out', 'overflowed_in',
  'transferred_in', 'promises_kept', 'promises_broken', 'promises_kept_late', 'promises_cancelled', 'promises_unreachable',
  'promises_forgotten', 'attempts_without_promise', 'surveys', 'rang_unanswered', 'implausible', 'orphan', 'repeated',
  'superseded', 'late', 'too_late', 'duplicate', 'out_of_hours',
];

/** Every name that a fact may add to: the counts, and what only rates and means need. */
const SUMS = [
  ...COUNTS, 'left_in_ivr', 'known_wait', 'answered_within', 'abandoned_within', 'heard_announcement', 'waited_longer_than_announced',
  'callbacks_due', 'callbacks_called', 'callbacks_reached', 'messages_due', 'messages_kept', 'ended', 'handle_time', 'score', 'satisfied',
];
const POSITION = new Map(SUMS.map((name, index) => [name, index]));

/** The position of a sum; there is none that is not listed. */
export function positionOf(name) {
  const position = POSITION.get(name);
  if (position === undefined) throw new Error(`no such sum: ${name}`);
  return position;
}

/** The single lengths of time that a fact may carry, by the list they go to. */
export const LISTS = { answerWait: 'answerWaits', abandonWait: 'abandonWaits', announcedError: 'announcedErrors' };

export class Group {
  constructor() {
    this.sums = new Float64Array(SUMS.length);
    this.answerWaits = [];
    this.abandonWaits = [];
    this.announcedErrors = [];
  }

  sum(name) {
    return this.sums[POSITION.get(name)];
  }
}

/** `{ windows, handled }`, each with its three groups, with nothing in them. */
export const emptyTally = () => Object.fromEntries(BOOKS.map((book) => [book, Object.fromEntries(GROUPS.map((group) => [group, new Group()]))]));

export const booksOf = (fact) => (fact.book === 'both' ? BOOKS : [fact.book]);

/** Adds the sums of one fact. */
export function addTo(tally, fact) {
  for (const book of booksOf(fact)) {
    for (const [name, value] of Object.entries(fact.add)) tally[book][fact.group].sums[positionOf(name)] += value;
  }
}
