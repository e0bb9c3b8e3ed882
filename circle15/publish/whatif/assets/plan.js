// The scenario as a list, the candidates that reach most, the existing sites, and the files to take away.
(function (circle15) {
  "use strict";

  const { byId, element, fill, say } = circle15;
  const CANDIDATES_SHOWN = 8;
  const SITES_SHOWN = 80;

  /** What a reader typed as places: null where nothing, undefined where it is none. */
  function placesOf(text) {
    const said = text.normalize("NFKC").trim();
    if (said === "") return null;
    const places = Number(said);
    return Number.isFinite(places) && places >= 0 && places <= 1e6 ? places : undefined;
  }

  // An input of places; what is no number is marked and left out.
  circle15.placesInput = function (value, label, change) {
    const input = element("input", { type: "number", min: "0", max: "1000000", step: "any", "aria-label": label, value: value === null ? "" : String(value), placeholder: say("unknown_places") });
    input.addEventListener("change", () => {
      const places = placesOf(input.value);
      const bad = places === undefined || input.validity.badInput;
      input.setCustomValidity(bad ? say("bad_places") : "");
      if (!bad) change(places);
      else input.reportValidity();
    });
    return input;
  };

  // The streets of a place; many have no name, and the number of the place tells a reader nothing.
  circle15.streetOf = ({ name }) => name || say("unnamed_street");

  const badge = (kind) => element("span", { class: "c15-badge c15-badge-" + kind, text: say("badge_" + kind) });
  const dot = (service) => element("i", { class: "c15-dot", style: { background: service.colour } });

  function cross(label, act) {
    return element("button", { type: "button", class: "c15-cross", "aria-label": label, title: label, text: "×", on: { click: act } });
  }

  // A choice of the kind of a new site.
  circle15.needSelect = function (page, site) {
    const { needs } = page.ground.serviceOf.get(site.service);
    if (!needs.length) return null;
    const options = needs.map(({ name }, need) => element("option", { value: String(need), text: name }));
    const select = element("select", { "aria-label": say("kind_of", { name: site.name }), on: { change: () => page.step("change", site.key, { need: Number(select.value) }) } }, options);
    select.value = String(site.need);
    return select;
  };

  /** Of a compound service: what the next new site is, and whether its standard counts as written. */
  circle15.kindLines = function (page) {
    const { chosen, scenario, model } = page;
    if (!chosen.needs.length) return [];
    const wanted = page.needOf(chosen);
    const choice = (need) => {
      const input = element("input", { type: "radio", name: "c15-need", value: String(need), on: { change: () => page.setNeed(need) } });
      input.checked = need === wanted;
      return element("label", {}, [input, element("span", { text: chosen.needs[need].name })]);
    };
    const asked = chosen.needs.map(({ name, count }) => say("kind_count", { kind: name, count })).join(say("between"));
    return [
      element("p", { class: "c15-sub", text: say("kinds_asked", { kinds: asked }) }),
      element("div", { class: "c15-kinds", role: "radiogroup", "aria-label": say("kind_new") }, [element("span", { text: say("kind_new") }), ...chosen.needs.map((_, need) => choice(need))]),
      model.asWritten(chosen, scenario) ? null : element("p", { class: "c15-caution", text: say("kinds_lacking") }),
    ].filter(Boolean);
  };

  // What a new site stands too near to, or is called the same as.
  function clashLine(page, site) {
    const clash = circle15.clashOf(page.ground, page.scenario, site);
    return clash && element("p", { class: "c15-caution", text: say("clash_" + clash.kind, { name: clash.name, metres: circle15.wholeNumber(clash.metres) }) });
  }

  function openedRow(page, site) {
    const service = page.ground.serviceOf.get(site.service);
    const name = element("input", { type: "text", maxlength: "200", value: site.name, "aria-label": say("site_name") });
    name.addEventListener("change", () => page.step("change", site.key, { name: circle15.oneLine(name.value) || site.name }));
    return element("li", { class: "c15-change", "data-key": site.key }, [
      element("div", {}, [badge("open"), dot(service), name, cross(say("take_back", { name: site.name }), () => page.step("takeBack", site.key))]),
      element("div", {}, [
        element("span", { class: "c15-title", text: [service.name, circle15.placeOf(page.ground, page.ground.candidates[site.candidate].cell)].join(" · "), title: page.ground.candidates[site.candidate].name }),
        service.unit ? element("span", { class: "c15-places" }, [
          circle15.placesInput(site.capacity, say("capacity_of", { name: site.name }), (capacity) => page.step("change", site.key, { capacity })),
          element("span", { text: service.unit }),
        ]) : null,
        circle15.needSelect(page, site),
        circle15.flagBox(page, site),
      ]),
      clashLine(page, site),
    ].filter(Boolean));
  }

  /** Whether a new site bears the flag that its service is measured by; null where none is. */
  circle15.flagBox = function (page, site) {
    const { quality } = page.ground.serviceOf.get(site.service).supply || {};
    if (!quality) return null;
    const box = element("input", { type: "checkbox" });
    box.checked = site.flagged;
    box.addEventListener("change", () => page.step("change", site.key, { flagged: box.checked }));
    return element("label", {}, [box, element("span", { text: quality.flag })]);
  };

  function existingRow(page, id, kind, undo, told) {
    const site = page.ground.siteOf.get(id);
    const service = page.ground.serviceOf.get(site.service);
    return element("li", { class: "c15-change", "data-facility": id }, [
      element("div", {}, [badge(kind), dot(service), element("span", { class: "c15-title", text: site.name }), cross(say("take_back", { name: site.name }), () => page.step(undo, id))]),
      element("div", {}, [element("span", { class: "c15-title", text: [service.name, told].filter(Boolean).join(" · ") })]),
    ]);
  }

  function changes(page) {
    const { scenario, ground } = page;
    const unit = (id) => ground.serviceOf.get(ground.siteOf.get(id).service).unit;
    const from = (id) => circle15.wholeNumber(ground.siteOf.get(id).capacity);
    return [
      ...scenario.opened.map((site) => openedRow(page, site)),
      ...Object.keys(scenario.closed).map((id) => existingRow(page, id, "close", "reopen", "")),
      ...Object.entries(scenario.resized).map(([id, places]) => existingRow(page, id, "resize", "restore", say("resized", { from: from(id), to: circle15.wholeNumber(places), unit: unit(id) }))),
    ];
  }

  circle15.oneLine = (text) => text.replace(/\s+/g, " ").trim().slice(0, 200);

  function fileName(page, ending) {
    const plain = page.scenario.name.replace(/[\\/:*?"<>|\u0000-\u001f]/g, "_").replace(/^\.+|[. ]+$/g, "").slice(0, 60);
    return (plain || "scenario") + ending;
  }

  function exports(page) {
    const button = (id, word, act) => element("button", { type: "button", class: "c15-button", id: "c15-" + id, text: say(word), on: { click: act } });
    const toml = () => {
      circle15.download(fileName(page, ".toml"), circle15.scenarioToml(page.ground, page.scenario), "application/toml");
      page.taken = page.scenario;
    };
    const geojson = () => circle15.download(fileName(page, ".geojson"), circle15.scenarioGeojson(page.ground, page.scenario), "application/geo+json");
    const made = element("div", { class: "c15-exports" }, [button("toml", "export_toml", toml), button("geojson", "export_geojson", geojson)]);
    for (const each of made.children) each.disabled = circle15.changesOf(page.scenario) === 0;
    if (!circle15.runsTake(page.ground, page.scenario)) {
      made.firstChild.disabled = true;
      made.appendChild(element("p", { class: "c15-caution", id: "c15-refused", text: say("clash_export") }));
    }
    return made;
  }

  function candidateRow(page, { candidate, people }) {
    const { ground } = page;
    const found = ground.candidates[candidate];
    const act = () => page.openAt(candidate);
    return element("li", {}, [element("button", { type: "button", class: "c15-row", "data-candidate": found.id, on: { click: act, mouseenter: () => page.showSnap(candidate), focus: () => page.showSnap(candidate) } }, [
      element("span", { class: "c15-name" }, [element("span", { text: circle15.placeOf(ground, found.cell) || circle15.streetOf(found) }), element("small", { text: circle15.streetOf(found) })]),
      element("span", { class: "c15-figure c15-up", text: say("would_gain", { people: circle15.wholeNumber(people) }) }),
    ])]);
  }

  circle15.showPlan = function (page) {
    const name = element("input", { type: "text", id: "c15-name", maxlength: "200", value: page.scenario.name });
    name.addEventListener("change", () => page.step("rename", circle15.oneLine(name.value) || say("first_name")));
    const rows = changes(page);
    const best = page.chosen.fixed ? [] : page.promising(CANDIDATES_SHOWN);
    fill(byId("plan"), [
      element("div", { class: "c15-field" }, [element("label", { for: "c15-name", text: say("scenario_name") }), name]),
      rows.length ? element("ul", { id: "c15-changes" }, rows) : element("p", { class: "c15-empty", text: say("plan_empty") }),
      exports(page),
      page.chosen.fixed ? null : element("h3", { text: say("candidates_title", { service: page.wanted }) }),
      page.chosen.fixed ? null : best.length ? element("ul", { class: "c15-list", id: "c15-candidates" }, best.map((each) => candidateRow(page, each))) : element("p", { class: "c15-empty", text: say("nothing_to_gain") }),
    ]);
  };

  const kindOf = ({ needs }, { need }) => (needs.length ? (need === null ? say("kind_none") : needs[need].name) : "");

  /** The existing sites of the chosen service, those that the typed words name. */
  circle15.showExisting = function (page) {
    const { chosen, scenario } = page;
    const known = byId("existing").querySelector("input");
    const wanted = known ? known.value : "";
    const filter = known || element("input", { type: "search", placeholder: say("find_site"), "aria-label": say("find_site"), on: { input: () => circle15.showExisting(page) } });
    const found = chosen.sites.filter((site) => (site.name + site.address + site.id).toLowerCase().includes(wanted.trim().toLowerCase()));
    const row = (site) => {
      const closed = circle15.has(scenario.closed, site.id);
      const places = circle15.has(scenario.resized, site.id) ? scenario.resized[site.id] : site.capacity;
      return element("li", {}, [element("button", { type: "button", class: "c15-row" + (closed ? " c15-gone" : ""), "data-facility": site.id, on: { click: () => page.goToSite(site) } }, [
        element("span", { class: "c15-name" }, [element("span", { text: site.name }), element("small", { text: [kindOf(chosen, site), site.address, site.inside ? "" : say("outside")].filter(Boolean).join(" · ") })]),
        chosen.unit ? element("span", { class: "c15-figure", text: places === null ? say("no_data") : circle15.wholeNumber(places) + " " + chosen.unit }) : null,
      ])]);
    };
    const rest = [
      element("ul", { class: "c15-list" }, found.slice(0, SITES_SHOWN).map(row)),
      found.length > SITES_SHOWN ? element("p", { class: "c15-empty", text: say("list_more", { shown: SITES_SHOWN, count: found.length }) }) : null,
      found.length ? null : element("p", { class: "c15-empty", text: say("no_sites") }),
    ].filter(Boolean);
    if (known) {
      while (known.nextSibling) known.nextSibling.remove();
      rest.forEach((each) => byId("existing").appendChild(each));
    } else fill(byId("existing"), [filter, ...rest]);
  };
})(window.circle15);
