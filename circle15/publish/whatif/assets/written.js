// A scenario as files: scenario.toml, which a run evaluates, and GeoJSON for a map.
(function (circle15) {
  "use strict";

  // A text of one line as TOML writes it.
  function quoted(text) {
    const escapes = { "\\": "\\\\", '"': '\\"' };
    const code = (mark) => "\\u" + mark.codePointAt(0).toString(16).padStart(4, "0");
    return '"' + text.replace(/[\\"]/g, (mark) => escapes[mark]).replace(/[\u0000-\u001f\u007f]/g, code) + '"';
  }

  const degrees = (whole) => (whole / 1e7).toFixed(7);
  // Always the shortest text that reads back as the same number, never an exponent in the range of places.
  const number = (value) => String(value);

  const table = (name, lines) => `\n[[${name}]]\n` + lines.map(([key, value]) => `${key} = ${value}\n`).join("");

  function openedLines(ground, site) {
    const { lon, lat } = ground.candidates[site.candidate];
    const service = ground.serviceOf.get(site.service);
    const { quality } = service.supply || {};
    return [
      ["service", quoted(site.service)],
      ["name", quoted(site.name)],
      ["lon", degrees(lon)],
      ["lat", degrees(lat)],
      ...(site.capacity === null ? [] : [["capacity", number(site.capacity)]]),
      ...(service.needs.length ? [["kind", quoted(service.needs[site.need].word)]] : []),
      ...(site.flagged && quality ? [["flags", `[${quoted(quality.flag)}]`]] : []),
    ];
  }

  /** scenario.toml, the same text for the same scenario. */
  circle15.scenarioToml = function (ground, scenario) {
    const which = (id) => [["service", quoted(ground.siteOf.get(id).service)], ["facility", quoted(id)]];
    return [
      `name = ${quoted(scenario.name)}\n`,
      ...scenario.opened.map((site) => table("open", openedLines(ground, site))),
      ...Object.keys(scenario.closed).sort().map((id) => table("close", which(id))),
      ...Object.entries(scenario.resized).sort().map(([id, capacity]) => table("resize", [...which(id), ["capacity", number(capacity)]])),
    ].join("");
  };

  const point = (coordinates, properties) => ({ type: "Feature", geometry: { type: "Point", coordinates }, properties });

  /** All changed sites as points on WGS 84. */
  circle15.scenarioGeojson = function (ground, scenario) {
    const ofExisting = (id, change, more) => {
      const site = ground.siteOf.get(id);
      return point([site.at[0] / 1e6, site.at[1] / 1e6], { change, service: site.service, facility: id, name: site.name, ...more });
    };
    const features = [
      ...scenario.opened.map((site) => {
        const { lon, lat } = ground.candidates[site.candidate];
        const { needs } = ground.serviceOf.get(site.service);
        const kind = needs.length ? { kind: needs[site.need].word } : {};
        return point([lon / 1e7, lat / 1e7], { change: "open", service: site.service, name: site.name, capacity: site.capacity, ...kind });
      }),
      ...Object.keys(scenario.closed).sort().map((id) => ofExisting(id, "close", {})),
      ...Object.entries(scenario.resized).sort().map(([id, capacity]) => ofExisting(id, "resize", { capacity })),
    ];
    return JSON.stringify({ type: "FeatureCollection", name: scenario.name, features }, null, 1);
  };

  /** Give a text to the reader as a file. */
  circle15.download = function (name, text, type) {
    const address = URL.createObjectURL(new Blob([text], { type }));
    const link = circle15.element("a", { href: address, download: name });
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };
})(window.circle15);
