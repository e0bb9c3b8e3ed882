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

  /** Of each cell the metres to the nearest so many sites, ascending; each site is added once. */
  class Few {
    constructor(cells, count, metres) {
      this.count = count;
      this.metres = metres || new Float64Array(cells * count).fill(Infinity);
    }

    copy() {
      return new Few(0, this.count, this.metres.slice());
    }

    add(found) {
      const { count, metres } = this;
      for (const { cell, metres: way, own } of found) {
        for (let k = 0; k < cell.length; k += 1) {
          const i = cell[k];
          if (own && !own(i)) continue;
          let at = i * count + count - 1;
          if (!(way[k] < metres[at])) continue;
          for (; at > i * count && way[k] < metres[at - 1]; at -= 1) metres[at] = metres[at - 1];
          metres[at] = way[k];
        }
      }
    }

    /** To the last of them. */
    last() {
      return this.count === 1 ? this.metres : this.column(this.count - 1);
    }

    /** To the last but one; 0 where there is none. */
    before() {
      return this.count === 1 ? new Float64Array(this.metres.length) : this.column(this.count - 2);
    }

    column(number) {
      return Float64Array.from({ length: this.metres.length / this.count }, (_, i) => this.metres[i * this.count + number]);
    }
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
      this.ofDoors = new Map();
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

    /** Whether a compound standard counts as written: of every kind that it asks for some site is open. */
    asWritten(closed, opened) {
      const { needs, sites } = this.service;
      const has = (need) => opened.some((site) => site.need === need) || sites.some((site) => site.need === need && !closed.has(site.id));
      return needs.length > 0 && needs.every((_, need) => has(need));
    }

    /** To the nearest so many of the existing sites of a need that stay open; without a need of all, whatever kind. */
    existing(closed, need) {
      const key = JSON.stringify([need, [...closed].sort()]);
      if (!this.ofExisting.has(key)) {
        const sites = this.service.sites.filter((site) => !closed.has(site.id) && (need === null || site.need === need));
        const count = need === null ? 1 : this.service.needs[need].count;
        const few = new Few(this.ground.cells.count, count);
        // One search serves for the nearest of all; for more of them each site is searched for itself.
        if (count === 1) few.add(this.search((held) => [held.doors, sites.flatMap((site) => site.doors)]));
        else for (const site of sites) few.add(this.ofOwn(site));
        if (this.ofExisting.size > 40) this.ofExisting.delete([...this.ofExisting.keys()][1]);
        this.ofExisting.set(key, few);
      }
      return this.ofExisting.get(key);
    }

    /** Of an existing site. */
    ofOwn(site) {
      if (!this.ofDoors.has(site.id)) this.ofDoors.set(site.id, this.search((held) => [held.doors, site.doors]));
      return this.ofDoors.get(site.id);
    }

    few(closed, opened, need) {
      const few = this.existing(closed, need).copy();
      for (const site of opened) if (need === null || site.need === need) few.add(this.ofCandidate(site.candidate));
      return few;
    }

    /**
     * Metres to the open site that decides: the nearest; where kinds are asked for, the last that a cell needs.
     * Infinity beyond twice the limit.
     * @param {Set<string>} closed ids of existing sites
     * @param {Array<{candidate: number, need: ?number}>} opened
     */
    nearest(closed, opened) {
      if (!this.asWritten(closed, opened)) return this.few(closed, opened, null).last();
      return this.farthest(this.service.needs.map((_, need) => this.few(closed, opened, need).last()));
    }

    farthest(all) {
      const metres = new Float64Array(this.ground.cells.count);
      for (const each of all) for (let i = 0; i < metres.length; i += 1) if (each[i] > metres[i]) metres[i] = each[i];
      return metres;
    }

    /**
     * Metres that stay, however near one more site of a need stands: those of the other sites that are asked for.
     * null where one site is enough.
     */
    floor(closed, opened, need) {
      if (need === null || !this.asWritten(closed, [...opened, { need }])) return null;
      const others = this.service.needs.map((_, other) => {
        const few = this.few(closed, opened, other);
        return other === need ? few.before() : few.last();
      });
      return this.farthest(others);
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

  circle15.ServiceMetres = ServiceMetres;
})(window.circle15);
