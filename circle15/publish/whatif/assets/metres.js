// Metres from each cell to the site that decides, by each cell's own rule.
(function (circle15) {
  "use strict";

  const CLASSES = ["urban", "rural"];
  // Searches of new sites that a service remembers: by car each may hold every cell.
  const MOST_KEPT = 200;

  // Rules of one way together: the farther of their limits is how far is searched.
  function partsOf(service, soft) {
    const parts = new Map();
    for (const [kind, rule] of Object.entries(service.rules)) {
      const known = parts.get(rule.way) || { way: rule.way, limit: 0, classes: [] };
      known.limit = Math.max(known.limit, rule.limit_m * (soft ? 2 : 1));
      known.classes.push(CLASSES.indexOf(kind));
      parts.set(rule.way, known);
    }
    return [...parts.values()];
  }

  /** The searches of one service, each done once. */
  class ServiceMetres {
    /**
     * @param {Object} ground
     * @param {Object} service one that may be changed
     */
    constructor(ground, service) {
      this.ground = ground;
      this.service = service;
      this.parts = partsOf(service, ground.content.reach !== "strict");
      this.ofSite = new Map();
      this.ofExisting = new Map();
      this.limits = Float64Array.from(ground.cells.rural, (rural) => service.rules[CLASSES[rural]].limit_m);
    }

    // {cell, metres} within twice the limit, the cells of each way's own classes alone.
    search(doorsOf) {
      const { rural } = this.ground.cells;
      const found = [];
      for (const { way, limit, classes } of this.parts) {
        const held = this.ground.ways[way];
        const { cell, metres } = held.streets.search(...doorsOf(held), limit);
        found.push({ cell, metres, own: classes.length === 2 ? null : (i) => rural[i] === classes[0] });
      }
      return found;
    }

    /** Of a new site at a candidate's place. */
    ofCandidate(number) {
      if (!this.ofSite.has(number)) {
        if (this.ofSite.size >= MOST_KEPT) this.ofSite.delete(this.ofSite.keys().next().value);
        this.ofSite.set(number, this.search((held) => [held.candidates, [number]]));
      }
      return this.ofSite.get(number);
    }

    /** To the nearest of the existing sites that stay open. */
    existing(closed) {
      const key = JSON.stringify([...closed].sort());
      if (!this.ofExisting.has(key)) {
        const doors = this.service.sites.filter((site) => !closed.has(site.id)).flatMap((site) => site.doors);
        const metres = new Float64Array(this.ground.cells.count).fill(Infinity);
        lower(metres, this.search((held) => [held.doors, doors]));
        if (this.ofExisting.size > 40) this.ofExisting.delete([...this.ofExisting.keys()][1]);
        this.ofExisting.set(key, metres);
      }
      return this.ofExisting.get(key);
    }

    /**
     * Metres to the nearest open site; Infinity beyond twice the limit.
     * @param {Set<string>} closed ids of existing sites
     * @param {number[]} opened numbers of candidates
     */
    nearest(closed, opened) {
      const metres = this.existing(closed).slice();
      for (const number of opened) lower(metres, this.ofCandidate(number));
      return metres;
    }

    /** The cells within their own limit of a candidate, ascending. */
    catchment(number) {
      const within = [];
      for (const { cell, metres, own } of this.ofCandidate(number)) {
        for (let k = 0; k < cell.length; k += 1) {
          if (metres[k] <= this.limits[cell[k]] && (!own || own(cell[k]))) within.push(cell[k]);
        }
      }
      return Int32Array.from(within).sort();
    }
  }

  function lower(metres, found) {
    for (const { cell, metres: way, own } of found) {
      for (let k = 0; k < cell.length; k += 1) {
        const i = cell[k];
        if (way[k] < metres[i] && (!own || own(i))) metres[i] = way[k];
      }
    }
  }
  circle15.lowerMetres = lower;

  circle15.ServiceMetres = ServiceMetres;
})(window.circle15);
