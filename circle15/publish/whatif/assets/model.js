// A scenario evaluated: who is covered, and the index of every unit.
(function (circle15) {
  "use strict";

  const { partsOf } = circle15.exact;
  const { has } = circle15;

  /**
   * What a service is in a scenario.
   * @typedef {Object} Found
   * @property {?Float64Array} metres to the site that decides; null for a service that cannot be changed
   * @property {Uint8Array} covered
   * @property {Object} root means over people, with `covered` and `uncovered` people
   * @property {Object[]} towns the same of each town
   */

  // People in reach and not, which add up to all to the last bit.
  function told(sums) {
    const [covered, uncovered] = partsOf(sums.people, sums.covered);
    return { people: sums.people, covered, uncovered };
  }

  class Model {
    constructor(ground) {
      this.ground = ground;
      ground.every = Int32Array.from({ length: ground.cells.count }, (_, i) => i);
      this.score = ground.content.reach === "strict" ? circle15.strictReach : circle15.softReach;
      this.searches = new Map();
      for (const service of ground.services) {
        if (!service.fixed) this.searches.set(service.id, new circle15.ServiceMetres(ground, service));
      }
      this.known = new Map();
      this.catchmentOf = new Map();
    }

    /** Everything that a scenario is; services that it does not touch are taken over. */
    evaluate(scenario) {
      const services = new Map(this.ground.services.map((service) => [service.id, this.found(service, scenario)]));
      const partsIn = (of) => this.ground.services.map((service) => ({ weight: service.weight, means: of(services.get(service.id)) }));
      return {
        services,
        root: circle15.unitScores(partsIn((found) => found.root)),
        towns: this.ground.towns.map((_, t) => circle15.unitScores(partsIn((found) => found.towns[t]))),
        everything: this.everything(services),
      };
    }

    found(service, scenario) {
      const key = service.id + this.keyOf(service, scenario);
      if (!this.known.has(key)) {
        if (this.known.size > 200) this.known.delete([...this.known.keys()][this.ground.services.length]);
        this.known.set(key, service.fixed ? this.fixed(service) : this.computed(service, scenario));
      }
      return this.known.get(key);
    }

    // What of a scenario concerns a service.
    keyOf(service, scenario) {
      const own = (table) => service.sites.filter((site) => has(table, site.id)).map((site) => [site.id, table[site.id]]);
      const opened = scenario.opened.filter((site) => site.service === service.id).map((site) => [site.candidate, site.capacity, site.flagged, site.need]);
      return JSON.stringify([own(scenario.closed), own(scenario.resized), opened, this.listed(service, scenario)]);
    }

    // Whether any list has a column of the flag that a service is measured by, or a new site of any service bears it.
    listed(service, scenario) {
      const flagOf = ({ supply }) => supply && supply.quality && supply.quality.flag;
      const bears = (site) => site.flagged && flagOf(this.ground.serviceOf.get(site.service)) === flagOf(service);
      return Boolean(flagOf(service)) && (service.supply.quality.listed || scenario.opened.some(bears));
    }

    fixed(service) {
      const covered = Uint8Array.from(service.covered);
      const { root, towns } = service.parts;
      const sums = this.sums(service, covered, null, null);
      return { metres: null, covered, root: { ...root, ...told(sums.root) }, towns: towns.map((means, t) => ({ ...means, ...told(sums.towns[t]) })) };
    }

    computed(service, scenario) {
      const { closed, opened } = this.changedSites(service, scenario);
      const searches = this.searches.get(service.id);
      const metres = searches.nearest(closed, opened);
      const { limits } = searches;
      const reach = metres.map((way, i) => this.score(way, limits[i]));
      const covered = Uint8Array.from(metres, (way, i) => (way <= limits[i] ? 1 : 0));
      const listed = this.listed(service, scenario);
      const supply = service.supply ? circle15.supplyScore(service, metres.length, this.openSites(service, scenario, opened), listed) : null;
      const sums = this.sums(service, covered, reach, supply);
      const found = (unit) => ({ ...unit.means(supply !== null), ...told(unit) });
      return { metres, covered, supply, root: found(sums.root), towns: sums.towns.map(found) };
    }

    // The ids of the existing sites of a service that are closed, and its new sites.
    changedSites(service, scenario) {
      const closed = new Set(service.sites.filter((site) => has(scenario.closed, site.id)).map((site) => site.id));
      return { closed, opened: scenario.opened.filter((site) => site.service === service.id) };
    }

    /** Whether the standard of a service counts as written: for one that asks for several kinds, of all some are open. */
    asWritten(service, scenario) {
      const { closed, opened } = this.changedSites(service, scenario);
      return !service.needs.length || this.searches.get(service.id).asWritten(closed, opened);
    }

    /** Metres that stay, however near one more site of a kind stands; null where one site is enough. */
    floor(service, scenario, need) {
      const { closed, opened } = this.changedSites(service, scenario);
      return this.searches.get(service.id).floor(closed, opened, need);
    }

    // Sums of each town, and of the whole area: towns and what lies in none together, where that is exact.
    sums(service, covered, reach, supply) {
      const over = (rows) => circle15.UnitSums.over(rows, service, covered, reach, supply);
      const { units } = this.ground;
      const towns = units.towns.map(over);
      if (!units.nested || !service.exactly) return { root: over(units.root), towns };
      const root = over(units.rest);
      for (const town of towns) root.join(town);
      return { root, towns };
    }

    // The open sites of a service as supply is counted.
    openSites(service, scenario, opened) {
      const staying = (site) => !has(scenario.closed, site.id);
      // A new site is asked for the flag where the list of any other is.
      const asked = service.sites.some((site) => staying(site) && site.asked);
      const existing = service.sites.map((site, i) => ({
        open: staying(site),
        cells: this.catchment(service, i),
        capacity: has(scenario.resized, site.id) ? scenario.resized[site.id] : site.capacity,
        flagged: site.flagged,
        told: site.told,
      }));
      const searches = this.searches.get(service.id);
      const fresh = opened.map((site) => ({ cells: searches.catchment(site.candidate), capacity: site.capacity, flagged: site.flagged, told: asked || site.flagged }));
      return [...existing.filter((site) => site.open), ...fresh];
    }

    catchment(service, i) {
      const key = service.id + " " + i;
      if (!this.catchmentOf.has(key)) this.catchmentOf.set(key, circle15.membersOf(service.catchments, i));
      return this.catchmentOf.get(key);
    }

    // Everyone in cells with every service within reach: of the whole area.
    everything(services) {
      const { cells, units } = this.ground;
      const all = new Uint8Array(cells.count).fill(1);
      for (const { covered } of services.values()) for (let i = 0; i < all.length; i += 1) all[i] &= covered[i];
      return told(circle15.UnitSums.over(units.root, { persons: cells.persons.all, exactly: cells.exactly }, all, null, null));
    }

    /** The under-served areas of a service in a scenario, made when first asked for. */
    areas(service, found) {
      if (!found.areas && !service.fixed) {
        found.areas = circle15.underservedAreas(this.ground, service, found.covered, this.searches.get(service.id).limits);
      }
      return found.areas || [];
    }
  }

  circle15.Model = Model;
})(window.circle15);
