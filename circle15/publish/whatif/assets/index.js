// The index of units from the means over their people: assess/index/parts.py, scores.py and table.py.
(function (circle15) {
  "use strict";

  const { total, CarefulSum } = circle15.exact;
  const ALPHA = 2 / 3;

  /** 1 within the limit, falling linearly to 0 at twice the limit. */
  circle15.softReach = (metres, limit) => Math.min(Math.max(2 - metres / limit, 0), 1);
  /** 1 within the limit, 0 beyond. */
  circle15.strictReach = (metres, limit) => (metres <= limit ? 1 : 0);

  /** Sums over the cells of a unit: its people, those covered, and what is averaged over them. */
  class UnitSums {
    constructor() {
      [this.people, this.covered] = [0, 0];
      [this.access, this.root, this.supply] = [new CarefulSum(), new CarefulSum(), new CarefulSum()];
    }

    /**
     * @param {Int32Array} rows
     * @param {Object} service
     * @param {Uint8Array} covered
     * @param {?Float64Array} reach r of each cell; null where the means are known already
     * @param {?Float64Array} supply u of each cell; null where nothing is known
     */
    static over(rows, service, covered, reach, supply) {
      const sums = new UnitSums();
      sums.countPeople(rows, service, covered);
      if (!reach) return sums;
      const { persons } = service;
      for (const i of rows) {
        const people = persons[i];
        if (people === 0) continue;
        sums.access.add(people * reach[i]);
        sums.root.add(people * Math.sqrt(reach[i]));
        if (supply) sums.supply.add(people * Math.sqrt(supply[i]));
      }
      return sums;
    }

    countPeople(rows, { persons, exactly }, covered) {
      if (!exactly) {
        this.people = total(rows, (i) => persons[i]);
        this.covered = total(rows, (i) => (covered[i] ? persons[i] : 0));
        return;
      }
      for (const i of rows) {
        this.people += persons[i];
        if (covered[i]) this.covered += persons[i];
      }
    }

    /** Another unit's sums with these; only where people add up exactly. */
    join(other) {
      this.people += other.people;
      this.covered += other.covered;
      for (const name of ["access", "root", "supply"]) this[name].join(other[name]);
    }

    /** Means over the people, null where there are none or nothing is known. */
    means(supplied) {
      if (!(this.people > 0)) return { people: this.people, access: null, root_access: null, root_supply: null };
      const mean = (sum) => sum.value / this.people;
      return { people: this.people, access: mean(this.access), root_access: mean(this.root), root_supply: supplied ? mean(this.supply) : null };
    }
  }
  circle15.UnitSums = UnitSums;

  const weighted = (parts, value) => {
    const whole = total(parts, (part) => part.weight);
    return whole > 0 ? total(parts, (part) => part.weight * value(part.means)) / whole : null;
  };

  /**
   * The scores of a unit, fractions; null is no data.
   * @param {Array<{weight: number, means: Object}>} parts of every service
   */
  circle15.unitScores = function (parts) {
    const present = parts.filter((part) => part.means.people > 0);
    const root = weighted(present, (means) => means.root_access);
    if (root === null) return { access: null, balanced_access: null, balance: null, quality: null, overall: null };
    const access = weighted(present, (means) => means.access);
    const balanced = Math.min(root * root, access);
    const supplied = weighted(present.filter((part) => part.means.root_supply !== null), (means) => means.root_supply);
    const quality = supplied === null ? null : Math.min(supplied * supplied, 1);
    const both = quality === null ? null : ALPHA * Math.sqrt(balanced) + (1 - ALPHA) * Math.sqrt(quality);
    return {
      access,
      balanced_access: balanced,
      balance: access > 0 ? Math.min(balanced / access, 1) : null,
      quality,
      overall: both === null ? null : Math.min(both * both, 1),
    };
  };
})(window.circle15);
