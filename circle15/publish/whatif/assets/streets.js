// The streets of one mode, and the search on them: access/layout.py, search.py and nearest.py, bit for bit.
//
// All metres are multiples of 2^-34 m and below 2^19 m, so sums are exact in any order of adding.
(function (circle15) {
  "use strict";

  const { firstPart, lastPart } = circle15.exact;
  const MOST_BUCKETS = 65536;
  const [NONE, NOT_WAITING] = [-1, -2];

  // Numbers by owner as compressed rows: those of owner `o` stand at `first[o]` to `first[o + 1]`.
  function rowsBy(owners, count) {
    const first = new Int32Array(count + 1);
    for (const owner of owners) if (owner >= 0) first[owner + 1] += 1;
    for (let i = 0; i < count; i += 1) first[i + 1] += first[i];
    const next = first.slice();
    const item = new Int32Array(first[count]);
    for (let i = 0; i < owners.length; i += 1) if (owners[i] >= 0) item[next[owners[i]]++] = i;
    return { first, item };
  }

  /**
   * @typedef {Object} Joins where points join the streets
   * @property {Int32Array} edge -1 where off the network
   * @property {Float64Array} share where on the edge's line
   * @property {Float64Array} leg metres of the leg as it is counted
   */

  class Streets {
    /**
     * @param {number} nodes
     * @param {Int32Array} from tails of all edges
     * @param {Int32Array} to heads
     * @param {Float64Array} forward metres from tail to head, Infinity where not permitted
     * @param {Float64Array} backward metres from head to tail
     * @param {Joins} cells
     * @param {?Int32Array} twin of each cell's edge in the layer of homes, -1 for none
     */
    constructor(nodes, from, to, forward, backward, cells, twin) {
      Object.assign(this, { nodes, from, to, forward, backward, cells });
      this.layArcs();
      this.layCells(twin);
      this.layQueue();
    }

    // The search goes outward from the site, against the travel: from a head one comes to the tail that leads there.
    layArcs() {
      const { nodes, from, to, forward, backward } = this;
      const edges = from.length;
      const first = new Int32Array(nodes + 1);
      const count = (node, metres) => {
        if (metres < Infinity) first[node + 1] += 1;
      };
      for (let e = 0; e < edges; e += 1) {
        count(to[e], forward[e]);
        count(from[e], backward[e]);
      }
      for (let i = 0; i < nodes; i += 1) first[i + 1] += first[i];
      const next = first.slice();
      const neighbour = new Int32Array(first[nodes]);
      const metres = new Float64Array(first[nodes]);
      const put = (node, other, way) => {
        if (!(way < Infinity)) return;
        neighbour[next[node]] = other;
        metres[next[node]++] = way;
      };
      let [sum, longest] = [0, 0];
      for (let e = 0; e < edges; e += 1) {
        put(to[e], from[e], forward[e]);
        put(from[e], to[e], backward[e]);
      }
      for (const way of metres) {
        sum += way;
        longest = Math.max(longest, way);
      }
      Object.assign(this, { first, neighbour, metres, mean: metres.length ? sum / metres.length : 0, longest });
    }

    // At each node the cells that it leads to, and how far they are from there; and the cells on each edge.
    layCells(twin) {
      const { cells, from, to, forward, backward } = this;
      const owner = [];
      const cell = [];
      const metres = [];
      const lay = (i, edge, tail, head) => {
        if (tail < Infinity) owner.push(from[edge]), cell.push(i), metres.push(tail + cells.leg[i]);
        if (head < Infinity) owner.push(to[edge]), cell.push(i), metres.push(head + cells.leg[i]);
      };
      const tailOf = (this.cellTail = new Float64Array(cells.edge.length));
      const headOf = (this.cellHead = new Float64Array(cells.edge.length));
      for (let i = 0; i < cells.edge.length; i += 1) {
        const edge = cells.edge[i];
        if (edge < 0) continue;
        tailOf[i] = firstPart(backward[edge], cells.share[i]);
        headOf[i] = lastPart(forward[edge], cells.share[i]);
        lay(i, edge, tailOf[i], headOf[i]);
        if (twin && twin[i] >= 0) lay(i, twin[i], tailOf[i], headOf[i]);
      }
      const rows = rowsBy(owner, this.nodes);
      this.cellFirst = rows.first;
      this.cellAt = Int32Array.from(rows.item, (k) => cell[k]);
      this.cellMetres = Float64Array.from(rows.item, (k) => metres[k]);
      this.onEdge = rowsBy(cells.edge, this.from.length);
    }

    layQueue() {
      const { nodes } = this;
      this.reach = new Float64Array(nodes).fill(Infinity);
      this.after = new Int32Array(nodes);
      this.before = new Int32Array(nodes).fill(NOT_WAITING);
      this.reached = new Int32Array(nodes);
      this.best = new Float64Array(this.cells.edge.length).fill(Infinity);
    }

    // Both ends of the edge of each door, and the way from there to the door with its leg.
    seeds(joins, doors) {
      const found = [];
      for (const door of doors) {
        const edge = joins.edge[door];
        if (edge < 0) continue;
        const [share, leg] = [joins.share[door], joins.leg[door]];
        found.push([this.from[edge], leg + firstPart(this.forward[edge], share)]);
        found.push([this.to[edge], leg + lastPart(this.backward[edge], share)]);
      }
      return found.filter(([, way]) => way < Infinity);
    }

    /**
     * Metres from every cell within `limit` to the nearest of the doors.
     * @param {Joins} joins the doors are among
     * @param {Iterable<number>} doors
     * @param {number} limit metres; what is farther is left out
     * @returns {{cell: Int32Array, metres: Float64Array}} in no order
     */
    search(joins, doors, limit) {
      const seeds = this.seeds(joins, doors);
      const count = this.spread(seeds, limit);
      const { best } = this;
      const touched = [];
      const offer = (cell, way) => {
        if (way > limit || way >= best[cell]) return;
        if (best[cell] === Infinity) touched.push(cell);
        best[cell] = way;
      };
      for (let k = 0; k < count; k += 1) {
        const node = this.reached[k];
        const here = this.reach[node];
        for (let at = this.cellFirst[node]; at < this.cellFirst[node + 1]; at += 1) {
          offer(this.cellAt[at], here + this.cellMetres[at]);
        }
        this.reach[node] = Infinity;
      }
      for (const door of doors) this.alongEdge(joins, door, offer);
      const cell = Int32Array.from(touched);
      const metres = Float64Array.from(touched, (i) => best[i]);
      for (const i of touched) best[i] = Infinity;
      return { cell, metres };
    }

    // Cells on the door's own edge may walk along it.
    alongEdge(joins, door, offer) {
      const edge = joins.edge[door];
      if (edge < 0) return;
      const [share, leg] = [joins.share[door], joins.leg[door]];
      const [forward, backward] = [this.forward[edge], this.backward[edge]];
      const { first, item } = this.onEdge;
      for (let at = first[edge]; at < first[edge + 1]; at += 1) {
        const i = item[at];
        const place = this.cells.share[i];
        let along = 0;
        if (place < share) along = forward < Infinity ? this.cellHead[i] - (forward - firstPart(forward, share)) : Infinity;
        else if (place > share) along = backward < Infinity ? this.cellTail[i] - (backward - lastPart(backward, share)) : Infinity;
        offer(i, leg + along + this.cells.leg[i]);
      }
    }

    // Fills `reach` at the nodes that it lists in `reached`; gives how many. A ring of buckets: a node whose metres
    // fall while its bucket is being emptied is taken again, so the metres are the exact minimum.
    spread(seeds, limit) {
      const { first, neighbour, metres, reach, after, before, reached } = this;
      if (!seeds.length) return 0;
      let nearest = Infinity;
      let farthest = 0;
      for (const [, way] of seeds) {
        nearest = Math.min(nearest, way);
        farthest = Math.max(farthest, way);
      }
      const span = Math.max(this.longest, farthest);
      const width = Math.max(this.mean / 4, span / MOST_BUCKETS) || 1;
      const buckets = Math.pow(2, Math.ceil(Math.log2(span / width + 3)));
      const head = new Int32Array(buckets).fill(NONE);
      const turn = buckets - 1;
      const bucketOf = (way) => Math.floor(way / width) & turn;
      const leave = (node) => {
        if (before[node] === NONE) head[bucketOf(reach[node])] = after[node];
        else after[before[node]] = after[node];
        if (after[node] !== NONE) before[after[node]] = before[node];
        before[node] = NOT_WAITING;
      };
      let count = 0;
      let waiting = 0;
      const offer = (node, way) => {
        if (way > limit || way >= reach[node]) return;
        if (before[node] !== NOT_WAITING) {
          leave(node);
          waiting -= 1;
        } else if (reach[node] === Infinity) reached[count++] = node;
        reach[node] = way;
        const bucket = bucketOf(way);
        after[node] = head[bucket];
        before[node] = NONE;
        if (head[bucket] !== NONE) before[head[bucket]] = node;
        head[bucket] = node;
        waiting += 1;
      };
      for (const [node, way] of seeds) offer(node, way);
      let bucket = Math.floor(nearest / width);
      while (waiting > 0) {
        const node = head[bucket & turn];
        if (node === NONE) {
          bucket += 1;
          continue;
        }
        leave(node);
        waiting -= 1;
        const here = reach[node];
        for (let arc = first[node]; arc < first[node + 1]; arc += 1) offer(neighbour[arc], here + metres[arc]);
      }
      return count;
    }
  }

  circle15.Streets = Streets;
})(window.circle15);
