// Sums and roundings as a run does them: model/exact.py, access/layout.py and Python's fsum, bit for bit.
(function (circle15) {
  "use strict";

  const STEPS_PER_M = Math.pow(2, 34);
  // Adding and taking off this leaves a float below 2^52 rounded to the nearest whole, ties to even.
  const WHOLE = Math.pow(2, 52);

  const rint = (value) => value + WHOLE - WHOLE;

  /**
   * Metres of the part of an edge that begins at its tail; no way at all is 0, also where none is permitted.
   * @param {number} metres of the whole edge in that direction
   * @param {number} share where on the edge, 0 to 1
   */
  function firstPart(metres, share) {
    if (!(share > 0)) return 0;
    const steps = metres * share * STEPS_PER_M;
    return (steps < WHOLE ? rint(steps) : steps) / STEPS_PER_M;
  }

  /** Metres of the rest of an edge, to its head; both parts add up to the whole to the last bit. */
  function lastPart(metres, share) {
    if (metres === Infinity) return share < 1 ? metres : 0;
    return metres - firstPart(metres, share);
  }

  /** A sum that is rounded once, at the end (Shewchuk 1997): the order of its terms leaves no trace. */
  class ExactSum {
    constructor() {
      this.partials = [];
    }

    add(value) {
      const { partials } = this;
      let x = value;
      let kept = 0;
      for (let i = 0; i < partials.length; i += 1) {
        let y = partials[i];
        if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
        const high = x + y;
        const low = y - (high - x);
        if (low !== 0) {
          partials[kept] = low;
          kept += 1;
        }
        x = high;
      }
      partials.length = kept;
      partials.push(x);
    }

    get value() {
      const { partials } = this;
      let n = partials.length;
      if (n === 0) return 0;
      n -= 1;
      let high = partials[n];
      let low = 0;
      while (n > 0) {
        const x = high;
        n -= 1;
        const y = partials[n];
        high = x + y;
        low = y - (high - x);
        if (low !== 0) break;
      }
      // Half way between two floats: what is left over decides which is the nearer.
      if (n > 0 && ((low < 0 && partials[n - 1] < 0) || (low > 0 && partials[n - 1] > 0))) {
        const y = low * 2;
        const x = high + y;
        if (y === x - high) high = x;
      }
      return high;
    }
  }

  /** The sum of `term(row)` over `rows`, rounded once. */
  function total(rows, term) {
    const sum = new ExactSum();
    for (let i = 0; i < rows.length; i += 1) {
      const value = term(rows[i]);
      if (value !== 0) sum.add(value);
    }
    return sum.value;
  }

  /** `part` and the rest, such that they add up to `whole` to the last bit: [part, rest]. */
  function partsOf(whole, part) {
    const rest = whole - part;
    return [whole - rest, rest];
  }

  /**
   * Whether numbers and all sums of some of them are exact in any order: whole multiples of one step, no more than a
   * float can count. A run lays its people so; then plain sums are those that are rounded once.
   */
  function addsExactly(values) {
    let sum = 0;
    for (const value of values) sum += value;
    if (!(sum > 0)) return true;
    const step = Math.pow(2, Math.ceil(Math.log2(sum)) - 52);
    return values.every((value) => Number.isInteger(value / step));
  }

  /** A sum that carries what each addition rounds off (Neumaier 1974): right but for the last bit or so. */
  class CarefulSum {
    constructor() {
      this.sum = 0;
      this.rest = 0;
    }

    add(value) {
      const next = this.sum + value;
      if (Math.abs(this.sum) >= Math.abs(value)) this.rest += this.sum - next + value;
      else this.rest += value - next + this.sum;
      this.sum = next;
    }

    /** Another sum with it. */
    join(other) {
      this.add(other.sum);
      this.rest += other.rest;
    }

    get value() {
      return this.sum + this.rest;
    }
  }

  circle15.exact = { addsExactly, CarefulSum, firstPart, lastPart, total, partsOf };
})(window.circle15);
