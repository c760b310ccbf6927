// What happened, by some events, each thing by the scopes it counts in and in
// order of time: legs, promises, agents, levers, sources, and the facts they make.

import { findStretches } from './agents.mjs';
import { findFacts } from './facts.mjs';
import { Ledger } from './ledger.mjs';
import { findLegs } from './legs.mjs';
import { findLevers } from './levers.mjs';
import { findPromises } from './promises.mjs';
import { findSources } from './sources.mjs';
import { Timeline } from './timeline.mjs';

export class Happened {
  constructor(events, factsOfArrival, directory) {
    const walked = findLegs(events, directory);
    const promised = findPromises(events, walked, directory);
    const facts = findFacts({ events, ...walked, ...promised }, directory);
    const ofQueue = ({ agency, queue, line }) => directory.place(agency, queue, line).scopes;

    this.ledger = new Ledger(facts);
    this.arrivals = new Timeline(factsOfArrival, ({ at }) => at, ({ place }) => place.scopes);
    this.legs = new Timeline(walked.legs, ({ opened }) => opened, ofQueue);
    this.promises = new Timeline(promised.promises, ({ opened }) => opened, ofQueue);
    this.stretches = new Timeline(findStretches(events, directory), ({ from }) => from, ({ scopes }) => scopes);
    this.levers = new Timeline(findLevers(events, directory), ({ at }) => at, ({ place }) => place.scopes);
    this.sources = findSources(events, directory);
  }

  /** Every scope that anything counts in. */
  scopes() {
    const parts = [this.ledger, this.arrivals, this.stretches, ...this.sources];
    this.known ??= [...new Set(['all', ...parts.flatMap(({ byScope }) => [...byScope.keys()])])].sort();
    return this.known;
  }

  /** The agencies of a scope above agencies in the tree of organisation; of other scopes none. */
  agenciesBelow(scope) {
    const depth = scope === 'all' ? 0 : scope.split('/').length;
    if (depth > 2 || scope.startsWith('line/')) return [];
    this.agencies ??= this.scopes().filter((each) => each.split('/').length === 3 && !each.startsWith('line/'));
    return scope === 'all' ? this.agencies : this.agencies.filter((agency) => agency.startsWith(`${scope}/`));
  }
}
