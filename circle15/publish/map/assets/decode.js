// The other half of packing.py, shapes.py and content.py: text to numbers, numbers to rings, columns to rows.
(function (circle15) {
  "use strict";

  circle15.inflate = async function (text) {
    const raw = atob(text);
    const bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };

  // Sections of zigzag integers of variable length, as {name: Int32Array}.
  circle15.unpack = async function (text, sections) {
    const bytes = await circle15.inflate(text.trim());
    const found = {};
    let at = 0;
    for (const [name, count] of sections) {
      const values = new Int32Array(count);
      for (let i = 0; i < count; i += 1) {
        let value = 0;
        let scale = 1;
        let byte;
        do {
          byte = bytes[at];
          at += 1;
          value += (byte & 0x7f) * scale;
          scale *= 128;
        } while (byte & 0x80);
        values[i] = value % 2 ? -(value + 1) / 2 : value / 2;
      }
      found[name] = values;
    }
    return found;
  };

  // Steps back to values, in place.
  circle15.summed = function (steps) {
    for (let i = 1; i < steps.length; i += 1) steps[i] += steps[i - 1];
    return steps;
  };

  // Columns back to rows: a name held as a number is looked up in its list.
  function rows(columns, lists) {
    const names = Object.keys(columns);
    const value = (name, i) => (lists[name] ? lists[name][columns[name][i]] : columns[name][i]);
    return columns[names[0]].map((_, i) => Object.fromEntries(names.map((name) => [name, value(name, i)])));
  }

  // Facilities and bands come as columns, which take a third of the room.
  circle15.spread = function (content) {
    const services = content.services.map((service) => service.id);
    content.facilities = rows(content.facilities, { service: services, file: content.files });
    const sites = ["", ...content.facilities.map((facility) => facility.id)];
    content.shapes.bands = rows(content.shapes.bands, { service: services, facility: sites });
  };

  // The polygons that begin at number `start`: [[ring, ...], ...], a ring being [[lat, lon], ...].
  circle15.polygonsAt = function (numbers, start) {
    let at = start;
    let lon = 0;
    let lat = 0;
    const take = () => numbers[at++];
    const ring = () =>
      Array.from({ length: take() }, () => {
        lon += take();
        lat += take();
        return [lat / 1e5, lon / 1e5];
      });
    return Array.from({ length: take() }, () => Array.from({ length: take() }, ring));
  };
})(window.circle15);
