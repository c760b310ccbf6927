// What counts in a scope, in order of time, so that a view looks only at what
// its windows can hold. It cuts; it adds nothing up and remembers no view.

export class Timeline {
  /** `at` gives the instant of each element, `scopesOf` the scopes it counts in. */
  constructor(list, at, scopesOf) {
    this.at = at;
    this.byScope = new Map();
    for (const each of [...list].sort((a, b) => at(a) - at(b))) {
      for (const scope of scopesOf(each)) {
        if (!this.byScope.has(scope)) this.byScope.set(scope, []);
        this.byScope.get(scope).push(each);
      }
    }
  }

  /** Those of a scope with from ≤ time < until, oldest first. */
  between(scope, from, until) {
    const list = this.byScope.get(scope) ?? [];
    return list.slice(this.#reaching(list, from), this.#reaching(list, until));
  }

  /** The last one of a scope with time < until, or undefined. */
  lastBefore(scope, until) {
    const list = this.byScope.get(scope) ?? [];
    return list[this.#reaching(list, until) - 1];
  }

  /** The index of the first element at or after `instant`. */
  #reaching(list, instant) {
    let [from, to] = [0, list.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.at(list[middle]) >= instant) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}
