// Sites on the map: those that are there, those closed, new ones, and the place a click would take.
(function (circle15) {
  "use strict";

  const { element, say } = circle15;
  const rim = { radius: 6.6, stroke: false, fillColor: "#14262c", fillOpacity: 0.6, interactive: false };

  const latlng = (at) => L.latLng(at[1] / 1e6, at[0] / 1e6);
  circle15.siteLatlng = latlng;
  circle15.candidateLatlng = (candidate) => L.latLng(candidate.lat / 1e7, candidate.lon / 1e7);

  /** The existing sites of a service, the closed ones hollow. */
  circle15.existingLayer = function (page, renderer) {
    const group = L.featureGroup();
    const { chosen, scenario } = page;
    for (const site of chosen.sites) {
      const closed = circle15.has(scenario.closed, site.id);
      const resized = circle15.has(scenario.resized, site.id);
      const look = closed
        ? { radius: 4.5, weight: 2, color: "#6d2a22", fillColor: "#fff", fillOpacity: 0.9 }
        : { radius: 5, weight: resized ? 2.4 : 1.6, color: resized ? "#e6b800" : "#fff", fillColor: chosen.colour, fillOpacity: 1 };
      if (!closed) group.addLayer(L.circleMarker(latlng(site.at), { ...rim, renderer }));
      const marker = L.circleMarker(latlng(site.at), { ...look, renderer, bubblingMouseEvents: false });
      group.addLayer(marker.on("click", () => page.openSite(site)));
    }
    return group;
  };

  /** New sites of all services as pins; those of other services step back. */
  circle15.openedLayer = function (page) {
    const group = L.featureGroup();
    page.scenario.opened.forEach((site, i) => {
      const own = site.service === page.chosen.id;
      const pin = element("div", { class: "c15-pin" + (own ? "" : " c15-other"), style: { background: page.ground.serviceOf.get(site.service).colour } }, [element("span", { text: String(i + 1) })]);
      const icon = L.divIcon({ className: "c15-anchor", html: pin, iconSize: null });
      const marker = L.marker(circle15.candidateLatlng(page.ground.candidates[site.candidate]), { icon, alt: site.name, title: site.name, pane: "c15-pins", bubblingMouseEvents: false });
      group.addLayer(marker.on("click", () => page.openNew(site)));
    });
    return group;
  };

  const facts = (rows) => element("dl", { class: "c15-facts" }, rows.filter(Boolean).flatMap(([name, value]) => [element("dt", { text: name }), element("dd", { text: value })]));

  const button = (word, act, strong) => element("button", { type: "button", class: "c15-button" + (strong ? " c15-strong" : ""), text: say(word), on: { click: act } });

  circle15.sitePopup = function (page, site) {
    const service = page.ground.serviceOf.get(site.service);
    const closed = circle15.has(page.scenario.closed, site.id);
    const places = circle15.has(page.scenario.resized, site.id) ? page.scenario.resized[site.id] : site.capacity;
    const resize = (to) => (to === null || to === site.capacity ? page.step("restore", site.id) : page.step("resize", site.id, to));
    return element("div", { class: "c15-pop" }, [
      element("h3", { text: site.name }),
      element("p", { class: "c15-sub", text: service.name + (site.inside ? "" : " · " + say("outside")) }),
      facts([site.address ? [say("address"), site.address] : null, service.unit && site.capacity !== null ? [say("capacity_now"), circle15.wholeNumber(site.capacity) + " " + service.unit] : null]),
      element("div", { class: "c15-actions" }, closed ? [button("reopen", () => page.step("reopen", site.id), true)] : [
        service.unit ? element("label", { text: say("set_capacity") }) : null,
        service.unit ? circle15.placesInput(places, say("capacity_of", { name: site.name }), resize) : null,
        button("close_site", () => page.step("close", site.id), true),
      ]),
    ]);
  };

  circle15.newPopup = function (page, site) {
    const service = page.ground.serviceOf.get(site.service);
    const candidate = page.ground.candidates[site.candidate];
    return element("div", { class: "c15-pop" }, [
      element("h3", { text: site.name }),
      element("p", { class: "c15-sub", text: [service.name, circle15.placeOf(page.ground, candidate.cell)].join(" · ") }),
      facts([candidate.name ? [say("streets"), candidate.name] : null]),
      element("div", { class: "c15-actions" }, [
        service.unit ? element("label", { text: say("set_capacity") }) : null,
        service.unit ? circle15.placesInput(site.capacity, say("capacity_of", { name: site.name }), (capacity) => page.step("change", site.key, { capacity })) : null,
        circle15.needSelect(page, site),
        circle15.flagBox(page, site),
        button("remove_site", () => page.step("takeBack", site.key), true),
      ]),
    ]);
  };

  /** Finds the candidate nearest to a point on the screen. */
  circle15.nearestCandidate = function (ground, service, at) {
    const scale = Math.cos((at.lat * Math.PI) / 180);
    let [best, least] = [null, Infinity];
    for (const candidate of ground.candidates) {
      if (!circle15.mayTake(candidate, service)) continue;
      const dx = (candidate.lon / 1e7 - at.lng) * scale;
      const dy = candidate.lat / 1e7 - at.lat;
      const far = dx * dx + dy * dy;
      if (far < least) [best, least] = [candidate, far];
    }
    return best;
  };
})(window.circle15);
