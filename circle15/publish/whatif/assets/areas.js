// Where the people live who are not covered: assess/clusters.py, town by town.
(function (circle15) {
  "use strict";

  const { total } = circle15.exact;

  // The cells that lie no further from each than `within` metres, each cell's own among them; by place on the grid.
  function neighbourhoods(cells, rows, within) {
    const step = Math.floor(within / cells.side);
    const at = new Map(rows.map((row, k) => [cells.row(row) * cells.columns + cells.column(row), k]));
    const offsets = [];
    for (let dy = -step; dy <= step; dy += 1) {
      for (let dx = -step; dx <= step; dx += 1) {
        if ((dx * dx + dy * dy) * cells.side * cells.side <= within * within) offsets.push([dx, dy]);
      }
    }
    return rows.map((row) => {
      const [column, line] = [cells.column(row), cells.row(row)];
      const found = [];
      for (const [dx, dy] of offsets) {
        const x = column + dx;
        const k = x < 0 || x >= cells.columns ? undefined : at.get((line + dy) * cells.columns + x);
        if (k !== undefined) found.push(k);
      }
      return found;
    });
  }

  // Density clustering (DBSCAN; Ester et al. 1996) weighted by people: lists of places in `rows`.
  function clustered(cells, rows, persons, within, needed) {
    const near = neighbourhoods(cells, rows, within);
    const core = near.map((own) => own.reduce((sum, k) => sum + persons[rows[k]] / needed, 0) >= 1);
    const label = new Int32Array(rows.length).fill(-1);
    const found = [];
    for (let first = 0; first < rows.length; first += 1) {
      if (label[first] !== -1 || !core[first]) continue;
      const members = [];
      const stack = [first];
      while (stack.length) {
        const k = stack.pop();
        if (label[k] !== -1) continue;
        label[k] = found.length;
        members.push(rows[k]);
        if (core[k]) for (const other of near[k]) if (label[other] === -1) stack.push(other);
      }
      found.push(members.sort((a, b) => a - b));
    }
    return found;
  }

  // The coordinate before which the people are most nearly half of all; of several the smallest.
  function middle(along, persons) {
    const sums = new Map();
    along.forEach((place, k) => sums.set(place, (sums.get(place) || 0) + persons[k]));
    const places = [...sums.keys()].sort((a, b) => a - b);
    const half = 0.5 * total(persons, (value) => value);
    let [before, best, nearest] = [0, Infinity, places[0]];
    for (let k = 0; k + 1 < places.length; k += 1) {
      before += sums.get(places[k]);
      if (Math.abs(before - half) < best) [best, nearest] = [Math.abs(before - half), places[k + 1]];
    }
    return nearest;
  }

  // Halved across the longer side until no wider than the circle; halves of too few people are not made.
  function divided(cells, rows, persons, diameter, needed) {
    const x = rows.map((row) => cells.column(row) * cells.side);
    const y = rows.map((row) => cells.row(row) * cells.side);
    const extent = (along) => along.reduce((most, value) => Math.max(most, value), -Infinity) - along.reduce((least, value) => Math.min(least, value), Infinity);
    const [wide, high] = [extent(x), extent(y)];
    if (Math.max(wide, high) <= diameter) return [rows];
    const along = high > wide ? y : x;
    const line = middle(along, rows.map((row) => persons[row]));
    const halves = [rows.filter((_, k) => along[k] < line), rows.filter((_, k) => !(along[k] < line))];
    if (halves.some((half) => total(half, (row) => persons[row]) < needed)) return [rows];
    return halves.flatMap((half) => divided(cells, half, persons, diameter, needed));
  }

  /**
   * The under-served areas of a service, those with most people first.
   * @param {Object} ground
   * @param {Object} service
   * @param {Uint8Array} covered
   * @param {Float64Array} limits of each cell's rule
   * @returns {Array<{town: number, cells: number[], people: number, heaviest: number}>}
   */
  circle15.underservedAreas = function (ground, service, covered, limits) {
    const { cells, content } = ground;
    const { within_m, least_residents } = content.gathering;
    const { persons } = service;
    const everyone = total(ground.every, (i) => cells.persons.all[i]);
    const needed = (least_residents * total(ground.every, (i) => persons[i])) / everyone;
    const areas = [];
    ground.units.towns.forEach((own, town) => {
      const rows = Array.from(own).filter((i) => !covered[i] && persons[i] > 0);
      if (!rows.length) return;
      for (const cluster of clustered(cells, rows, persons, within_m, needed)) {
        for (const members of divided(cells, cluster, persons, 2 * limits[rows[0]], needed)) {
          const heaviest = members.reduce((best, i) => (persons[i] > persons[best] ? i : best), members[0]);
          areas.push({ town, cells: members, people: total(members, (i) => persons[i]), heaviest });
        }
      }
    });
    return areas.sort((a, b) => b.people - a.people || a.heaviest - b.heaviest);
  };
})(window.circle15);
