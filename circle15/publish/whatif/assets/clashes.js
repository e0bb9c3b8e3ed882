// New sites that a run would take for another: inputs/facilities/changed.py refuses one of the same service, of the
// same name, and near. Of those that only stand near one another, or bear one name far apart, the reader is told.
(function (circle15) {
  "use strict";

  const METRES_PER_DEGREE = 111320;
  // Degrees are turned into metres without the projection of a run: rather a metre too strict than one too lax.
  const MARGIN_M = 1;

  /** A name without width, case, spaces, marks and what companies put behind it: inputs/facilities/same.py. */
  circle15.plainName = function (names, text) {
    const plain = text.normalize("NFKC").replace(/\s+/g, "").toUpperCase().toLowerCase();
    const said = [...plain].filter((sign) => !names.ignored.includes(sign)).join("");
    const ending = names.suffixes.find((suffix) => said.endsWith(suffix)) || "";
    return said.slice(0, said.length - ending.length) || said;
  };

  const metresBetween = (one, other) => {
    const scale = Math.cos((one.lat * Math.PI) / 180);
    return METRES_PER_DEGREE * Math.hypot((one.lon - other.lon) * scale, one.lat - other.lat);
  };

  const placeOfNew = (ground, { candidate }) => ({ lon: ground.candidates[candidate].lon / 1e7, lat: ground.candidates[candidate].lat / 1e7 });
  const placeOfOld = ({ at }) => ({ lon: at[0] / 1e6, lat: at[1] / 1e6 });

  // The other sites of a new site's service: existing ones that stay, and new ones named before it.
  function others(ground, scenario, site) {
    const staying = ground.serviceOf.get(site.service).sites.filter(({ id }) => !circle15.has(scenario.closed, id));
    const before = scenario.opened.filter((each) => each.service === site.service && each.key < site.key);
    return [...staying.map((each) => ({ name: each.name, isNew: false, ...placeOfOld(each) })), ...before.map((each) => ({ name: each.name, isNew: true, ...placeOfNew(ground, each) }))];
  }

  /**
   * What a new site stands too near to, or is called the same as.
   * @returns {?{kind: "same"|"near"|"named", name: string, metres: number}} `same` is what a run refuses; null where all is well
   */
  circle15.clashOf = function (ground, scenario, site) {
    const { names } = ground.content;
    const here = placeOfNew(ground, site);
    const own = circle15.plainName(names, site.name);
    const found = others(ground, scenario, site).map((other) => ({ ...other, metres: metresBetween(here, other), alike: circle15.plainName(names, other.name) === own }));
    found.sort((one, other) => one.metres - other.metres);
    const near = found.filter(({ metres }) => metres <= names.within_m + MARGIN_M);
    const told = (kind, other) => other && { kind, name: other.name, metres: other.metres };
    return told("same", near.find(({ alike }) => alike)) || told("near", near[0]) || told("named", found.find(({ alike, isNew }) => alike && isNew)) || null;
  };

  /** Whether a run takes the scenario: no new site is one that stands there already. */
  circle15.runsTake = (ground, scenario) => !scenario.opened.some((site) => (circle15.clashOf(ground, scenario, site) || {}).kind === "same");
})(window.circle15);
