// Scores of capacity and quality of each cell: assess/places.py and assess/index/capacity.py.
(function (circle15) {
  "use strict";

  // Of more unknown capacities than this, or of more lists without the flag, nothing is said.
  const MOST_UNKNOWN = 0.2;
  const NEGLIGIBLE = 1e-200;

  /**
   * @typedef {Object} OpenSite an open site as supply is counted
   * @property {Int32Array} cells within the limit of each cell's own rule, ascending
   * @property {?number} capacity null where not known
   * @property {boolean} flagged whether it bears the flag that is measured
   * @property {boolean} told whether that is known of it
   */

  // Supply per head, 2SFCA with a binary catchment.
  function perHead(count, persons, sites, supplyOf) {
    const found = new Float64Array(count);
    for (const site of sites) {
      let people = 0;
      for (const i of site.cells) people += persons[i];
      if (people < NEGLIGIBLE) continue;
      const ratio = supplyOf(site) / people;
      for (const i of site.cells) found[i] += ratio;
    }
    return found;
  }

  function adequacy(supply, standard) {
    if (!(standard > 0)) return supply.fill(1);
    return supply.map((places) => Math.min(places / standard, 1));
  }

  // Which is known of too few: null where nothing can be said of places, else whether quality can be told too.
  function known(sites, listed) {
    const reached = sites.filter((site) => site.cells.length);
    const most = MOST_UNKNOWN * reached.length;
    if (reached.filter((site) => site.capacity === null).length > most) return null;
    return { quality: listed && reached.filter((site) => !site.told).length <= most };
  }

  /**
   * u of each cell: the mean of the scores of capacity and quality; null where nothing can be said.
   * @param {Object} service with a standard of places
   * @param {number} count of cells
   * @param {OpenSite[]} sites
   * @param {boolean} listed whether any list has a column of the flag that is measured
   * @returns {?Float64Array}
   */
  circle15.supplyScore = function (service, count, sites, listed) {
    const { per_head, quality } = service.supply;
    const told = known(sites, listed);
    if (!told) return null;
    const places = (site) => (site.capacity === null ? 0 : site.capacity);
    const capacity = adequacy(perHead(count, service.persons, sites, places), per_head);
    if (!told.quality) return capacity;
    const flagged = (site) => (site.flagged ? places(site) : 0);
    const share = adequacy(perHead(count, service.persons, sites, flagged), per_head * quality.share);
    return capacity.map((m, i) => (m + share[i]) / 2);
  };
})(window.circle15);
