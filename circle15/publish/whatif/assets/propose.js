// The next best place for a site: one greedy step over all candidates.
(function (circle15) {
  "use strict";

  const CLASSES = ["urban", "rural"];
  // For the index so many of the most promising candidates are computed in full.
  const TRIED = 40;

  // What every candidate gains if each cell of `worth` within reach counts: sums over runs of cells, by one pass each.
  function gains(ground, service, worth) {
    const found = new Float64Array(ground.candidates.length);
    for (const [kind, rule] of Object.entries(service.rules)) {
      const reached = ground.ways[rule.way].reached.find((each) => each.limit_m === rule.limit_m);
      const { rows, first, begin, end } = reached;
      const before = new Float64Array(rows.length + 1);
      const own = CLASSES.indexOf(kind);
      for (let k = 0; k < rows.length; k += 1) before[k + 1] = before[k] + (ground.cells.rural[rows[k]] === own ? worth[rows[k]] : 0);
      for (let c = 0; c < found.length; c += 1) {
        for (let run = first[c]; run < first[c + 1]; run += 1) found[c] += before[end[run]] - before[begin[run]];
      }
    }
    return found;
  }

  /** The people whom a site at each candidate would newly reach: of the kind `need`, where the standard asks for kinds. */
  circle15.peopleGains = function (model, service, scenario, need) {
    const { covered } = model.found(service, scenario);
    const { inRoot } = model.ground.cells;
    const { limits } = model.searches.get(service.id);
    const floor = model.floor(service, scenario, need);
    const gained = (i) => !covered[i] && inRoot[i] === 1 && (!floor || floor[i] <= limits[i]);
    return gains(model.ground, service, service.persons.map((people, i) => (gained(i) ? people : 0)));
  };

  const ranked = (found, wanted) => [...found.keys()].filter((c) => found[c] > 0 && wanted(c)).sort((a, b) => found[b] - found[a] || a - b);

  /**
   * The candidate that adds most.
   * @param {Object} model
   * @param {Object} service
   * @param {Object} scenario
   * @param {"people"|"index"} aim most people newly reached, or most of the whole area's balanced access
   * @param {?number} need the kind of the site, where the standard asks for kinds
   * @returns {?{candidate: number, people: number, tried: number}} null where none adds anything
   */
  circle15.nextBest = function (model, service, scenario, aim, need) {
    const { ground } = model;
    const now = model.found(service, scenario);
    const taken = new Set(scenario.opened.filter((site) => site.service === service.id).map((site) => site.candidate));
    const free = (c) => !taken.has(c) && circle15.mayTake(ground.candidates[c], service);
    const inRoot = (i) => ground.cells.inRoot[i] === 1;
    const people = circle15.peopleGains(model, service, scenario, need);
    if (aim === "people") {
      const [best] = ranked(people, free);
      return best === undefined ? null : { candidate: best, people: people[best], tried: people.length };
    }
    const searches = model.searches.get(service.id);
    const { limits } = searches;
    const floor = model.floor(service, scenario, need) || new Float64Array(now.metres.length);
    const root = (metres, i) => Math.sqrt(model.score(metres, limits[i]));
    const lack = service.persons.map((persons, i) => (inRoot(i) ? persons * Math.max(root(floor[i], i) - root(now.metres[i], i), 0) : 0));
    const promising = ranked(gains(ground, service, lack), free).slice(0, TRIED);
    let [best, most] = [null, 0];
    for (const candidate of promising) {
      let gain = 0;
      for (const { cell, metres, own } of searches.ofCandidate(candidate)) {
        for (let k = 0; k < cell.length; k += 1) {
          const i = cell[k];
          const way = Math.max(metres[k], floor[i]);
          if (way < now.metres[i] && inRoot(i) && (!own || own(i))) gain += service.persons[i] * (root(way, i) - root(now.metres[i], i));
        }
      }
      if (gain > most) [best, most] = [candidate, gain];
    }
    return best === null ? null : { candidate: best, people: people[best], tried: promising.length };
  };
})(window.circle15);
