// Where the people live who are not covered: assess/clusters.py, town by town.
(function (circle15) {
  "use strict";

  const { total } = circle15.exact;

  // Steps on the grid to all cells that lie no further than `within` metres, the own one among them.
  function offsetsWithin(cells, within) {
    const most = Math.floor(within / cells.side);
    const found = [];
    for (let dy = -most; dy <= most; dy += 1) {
      for (let dx = -most; dx <= most; dx += 1) {
        if ((dx * dx + dy * dy) * cells.side * cells.side <= within * within) found.push([dx, dy]);
      }
    }
    return found;
  }

  /** Who is near whom among some cells: a grid with a margin, so that no step leaves it. */
  class Neighbours {
    constructor(cells, within) {
      this.cells = cells;
      this.margin = Math.floor(within / cells.side);
      this.width = cells.columns + 2 * this.margin;
      let rows = 0;
      for (let i = 0; i < cells.count; i += 1) rows = Math.max(rows, cells.row(i) + 1);
      this.at = new Int32Array(this.width * (rows + 2 * this.margin)).fill(-1);
      this.steps = Int32Array.from(offsetsWithin(cells, within), ([dx, dy]) => dy * this.width + dx);
    }

    placeOf(i) {
      return (this.cells.row(i) + this.margin) * this.width + this.cells.column(i) + this.margin;
    }

    /** Lay `rows` out, do something, and clear the grid again. */
    among(rows, act) {
      const places = Int32Array.from(rows, (i) => this.placeOf(i));
      places.forEach((place, k) => {
        this.at[place] = k;
      });
      const found = act(places);
      for (const place of places) this.at[place] = -1;
      return found;
    }
  }

  // Density clustering (DBSCAN; Ester et al. 1996) weighted by people: lists of cells.
  function clustered(near, rows, persons, needed) {
    const { at, steps } = near;
    return near.among(rows, (places) => {
      const weight = Float64Array.from(rows, (i) => persons[i] / needed);
      const core = places.map((place) => {
        let sum = 0;
        for (let s = 0; s < steps.length; s += 1) {
          const k = at[place + steps[s]];
          if (k >= 0) sum += weight[k];
        }
        return sum >= 1 ? 1 : 0;
      });
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
          for (let s = 0; core[k] && s < steps.length; s += 1) {
            const other = at[places[k] + steps[s]];
            if (other >= 0 && label[other] === -1) stack.push(other);
          }
        }
        found.push(members.sort((a, b) => a - b));
      }
      return found;
    });
  }

  // People of some cells, rounded once.
  function peopleOf({ persons, exactly }, rows) {
    if (!exactly) return total(rows, (i) => persons[i]);
    let sum = 0;
    for (const i of rows) sum += persons[i];
    return sum;
  }

  // The column or row before which the people are most nearly half of all; of several the smallest.
  function middle(along, rows, service, least, most) {
    const sums = new Float64Array(most - least + 1);
    const seen = new Uint8Array(most - least + 1);
    for (const i of rows) {
      sums[along(i) - least] += service.persons[i];
      seen[along(i) - least] = 1;
    }
    const half = 0.5 * peopleOf(service, rows);
    let [before, nearest, best] = [sums[0], Infinity, least];
    for (let k = 1; k < sums.length; k += 1) {
      if (!seen[k]) continue;
      if (Math.abs(before - half) < nearest) [nearest, best] = [Math.abs(before - half), k + least];
      before += sums[k];
    }
    return best;
  }

  function extentOf(along, rows) {
    let [least, most] = [Infinity, -Infinity];
    for (const i of rows) {
      const at = along(i);
      if (at < least) least = at;
      if (at > most) most = at;
    }
    return [least, most];
  }

  // Halved across the longer side until no wider than the circle; halves of too few people are not made.
  function divided(cells, rows, service, diameter, needed) {
    const [west, east] = extentOf(cells.column, rows);
    const [south, north] = extentOf(cells.row, rows);
    if (Math.max(east - west, north - south) * cells.side <= diameter) return [rows];
    const along = north - south > east - west ? cells.row : cells.column;
    const [least, most] = north - south > east - west ? [south, north] : [west, east];
    const line = middle(along, rows, service, least, most);
    const halves = [rows.filter((i) => along(i) < line), rows.filter((i) => along(i) >= line)];
    if (halves.some((half) => peopleOf(service, half) < needed)) return [rows];
    return halves.flatMap((half) => divided(cells, half, service, diameter, needed));
  }

  const heaviestOf = (members, persons) => members.reduce((best, i) => (persons[i] > persons[best] ? i : best), members[0]);

  // A step changes few towns: the areas of one whose under-served cells are as they were last are taken over.
  function lastOr(service, town, rows, make) {
    service.lastAreas = service.lastAreas || new Map();
    const last = service.lastAreas.get(town);
    if (last && last.rows.length === rows.length && last.rows.every((i, k) => i === rows[k])) return last.areas;
    const areas = make();
    service.lastAreas.set(town, { rows, areas });
    return areas;
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
    const near = (ground.neighbours = ground.neighbours || new Neighbours(cells, within_m));
    const everyone = peopleOf({ persons: cells.persons.all, exactly: cells.exactly }, ground.every);
    const needed = least_residents * (peopleOf(service, ground.every) / everyone);
    const areas = ground.units.towns.flatMap((own, town) => {
      const rows = Array.from(own.filter((i) => !covered[i] && persons[i] > 0));
      return lastOr(service, town, rows, () => {
        const clusters = rows.length ? clustered(near, rows, persons, needed) : [];
        return clusters
          .flatMap((cluster) => divided(cells, cluster, service, 2 * limits[rows[0]], needed))
          .map((members) => ({ town, cells: members, people: peopleOf(service, members), heaviest: heaviestOf(members, persons) }));
      });
    });
    return areas.sort((a, b) => b.people - a.people || a.town - b.town || a.heaviest - b.heaviest);
  };
})(window.circle15);
