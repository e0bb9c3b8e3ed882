// The index of units from the means over their people: assess/index/parts.py, scores.py and table.py.
(function (circle15) {
  "use strict";

  const { total } = circle15.exact;
  const ALPHA = 2 / 3;

  /** 1 within the limit, falling linearly to 0 at twice the limit. */
  circle15.softReach = (metres, limit) => Math.min(Math.max(2 - metres / limit, 0), 1);
  /** 1 within the limit, 0 beyond. */
  circle15.strictReach = (metres, limit) => (metres <= limit ? 1 : 0);

  /**
   * Means over the people of some cells, null where there are none or nothing is known.
   * @param {Int32Array} rows
   * @param {Float64Array} persons
   * @param {Float64Array} reach r of each cell
   * @param {?Float64Array} supply u of each cell
   */
  circle15.unitMeans = function (rows, persons, reach, supply) {
    const people = total(rows, (i) => persons[i]);
    if (!(people > 0)) return { people, access: null, root_access: null, root_supply: null };
    return {
      people,
      access: total(rows, (i) => persons[i] * reach[i]) / people,
      root_access: total(rows, (i) => persons[i] * Math.sqrt(reach[i])) / people,
      root_supply: supply ? total(rows, (i) => persons[i] * Math.sqrt(supply[i])) / people : null,
    };
  };

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
