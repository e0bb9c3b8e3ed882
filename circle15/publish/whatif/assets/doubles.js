// The other half of doubles.py and runs.py: text to floats, runs to sets.
(function (circle15) {
  "use strict";

  /**
   * Floats to the last bit, from eight planes of their bytes.
   * @param {string} text base64 of the deflated planes
   * @param {Array<[string, number]>} sections names and counts
   * @returns {Promise<Object<string, Float64Array>>}
   */
  circle15.unpackDoubles = async function (text, sections) {
    const planes = await circle15.inflate(text.trim());
    const count = planes.length / 8;
    const bytes = new Uint8Array(planes.length);
    for (let plane = 0; plane < 8; plane += 1) {
      for (let i = 0; i < count; i += 1) bytes[8 * i + plane] = planes[plane * count + i];
    }
    const floats = littleEndian() ? new Float64Array(bytes.buffer) : swapped(bytes);
    const found = {};
    let at = 0;
    for (const [name, length] of sections) {
      found[name] = floats.subarray(at, at + length);
      at += length;
    }
    return found;
  };

  const littleEndian = () => new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

  function swapped(bytes) {
    const view = new DataView(bytes.buffer);
    return Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
  }

  /**
   * Sets of numbers as begins and ends of runs: those of owner `o` stand at `first[o]` to `first[o + 1]`.
   * @param {Int32Array} count runs of each owner
   * @param {Int32Array} gap from the end of the owner's run before
   * @param {Int32Array} length numbers in each run
   */
  circle15.runsOf = function (count, gap, length) {
    const first = new Int32Array(count.length + 1);
    const begin = new Int32Array(gap.length);
    const end = new Int32Array(gap.length);
    for (let owner = 0, run = 0; owner < count.length; owner += 1) {
      let last = 0;
      for (let i = 0; i < count[owner]; i += 1, run += 1) {
        begin[run] = last + gap[run];
        last = end[run] = begin[run] + length[run];
      }
      first[owner + 1] = run;
    }
    return { first, begin, end };
  };

  /** All numbers of one owner, ascending. */
  circle15.membersOf = function ({ first, begin, end }, owner) {
    let count = 0;
    for (let run = first[owner]; run < first[owner + 1]; run += 1) count += end[run] - begin[run];
    const members = new Int32Array(count);
    let at = 0;
    for (let run = first[owner]; run < first[owner + 1]; run += 1) {
      for (let number = begin[run]; number < end[run]; number += 1) members[at++] = number;
    }
    return members;
  };
})(window.circle15);
