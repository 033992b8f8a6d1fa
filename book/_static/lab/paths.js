/* The paths that have come: of the economy under today's rules, and with the change, run by run. */

/** The numbers of one run: the paths of what is kept, then the measures in the order of their names. */
export class Layout {
  constructor(economy) {
    this.keep = [...new Set([...economy.needed, ...Object.keys(economy.pictures)])];
    this.measures = Object.keys(economy.measures).sort();
    this.months = economy.months;
  }

  path(numbers, name) {
    const place = this.keep.indexOf(name) * this.months;
    return numbers.subarray(place, place + this.months);
  }

  measure(numbers, name) {
    return numbers[this.keep.length * this.months + this.measures.indexOf(name)];
  }
}

/** What has been played in one world: a future, assumptions, and the month from which measures count. */
export class Played {
  constructor(layout) {
    this.layout = layout;
    this.now = [];  // by run
    this.changed = [];
  }

  /** The runs that can be compared: both sides of each, or the one where nothing is changed. */
  runs(compared) {
    return Object.keys(this.now).filter(run => !compared || this.changed[run]);
  }

  paths(side, name, runs) {
    return runs.map(run => this.layout.path(this[side][run], name));
  }

  measures(side, runs) {
    const { layout } = this;
    return Object.fromEntries(layout.measures.map(name => [name, runs.map(run => layout.measure(this[side][run], name))]));
  }

  /** The paths of what the change adds to a quantity. */
  gaps(name, runs) {
    const [now, changed] = ["now", "changed"].map(side => this.paths(side, name, runs));
    return changed.map((path, run) => path.map((value, place) => value - now[run][place]));
  }
}
