// Puts the page together: what a reader does becomes a step of the scenario, and each step redraws what it changes.
(function (circle15) {
  "use strict";

  const { byId, element, fill, say } = circle15;

  const panes = { "c15-ground": 210, "c15-cells": 220, "c15-borders": 250, "c15-areas": 260, "c15-sites": 270, "c15-snap": 275, "c15-names": 280, "c15-pins": 640 };
  const CLOSE = 1e-9;
  const AREAS_NAMED = 12;
  // What a cell is: in reach as before, newly, no more, and not.
  const STATES = [
    { word: "state_covered", colour: "#b7d6d1" },
    { word: "state_gained", colour: "#2f7fc4" },
    { word: "state_lost", colour: "#a3201a" },
    { word: "state_few", colour: "#f7dcae" },
    { word: "state_many", colour: "#e79a4b" },
  ];

  function addPanes(map) {
    for (const [name, level] of Object.entries(panes)) {
      map.createPane(name).style.zIndex = level;
      if (name !== "c15-sites" && name !== "c15-pins") map.getPane(name).style.pointerEvents = "none";
    }
  }

  class Page {
    constructor(map, ground, shapes) {
      Object.assign(this, { map, ground, shapes, parts: {}, needs: new Map() });
      this.model = new circle15.Model(ground);
      this.history = new circle15.History(say("first_name"));
      this.base = this.now = this.model.evaluate(this.scenario);
      this.service = (ground.services.find((service) => !service.fixed) || ground.services[0]).id;
      this.cellLayer = new circle15.CellLayer(ground.cells);
      this.labels = new circle15.Labels();
      this.renderer = L.canvas({ pane: "c15-sites", padding: 0.2 });
      this.many = this.typicalPeople();
    }

    get scenario() {
      return this.history.now;
    }

    get chosen() {
      return this.ground.serviceOf.get(this.service);
    }

    get found() {
      return this.now.services.get(this.service);
    }

    // The kind that the next new site of a service is; null where its standard asks for no kinds.
    needOf(service) {
      return service.needs.length ? this.needs.get(service.id) || 0 : null;
    }

    setNeed(need) {
      this.needs.set(this.service, need);
      circle15.keepingFocus(byId("panel"), () => this.draw());
    }

    // What the next new site is called: its service, and its kind where the standard asks for kinds.
    get wanted() {
      const { chosen } = this;
      const need = this.needOf(chosen);
      return need === null ? chosen.name : say("kind_named", { service: chosen.name, kind: chosen.needs[need].name });
    }

    start() {
      const { content } = this.ground;
      addPanes(this.map);
      byId("place").textContent = content.place;
      byId("when").textContent = [say("when_period", { period: content.period }), content.date ? say("when_date", { date: content.date }) : ""].filter(Boolean).join(" · ");
      this.drawBorders();
      byId("tab-towns").textContent = say("tab_" + content.listed);
      this.tab = "plan";
      this.showTab = circle15.startTabs((name) => circle15.keepingFocus(byId("panel"), () => this.drawTab(name)));
      circle15.showAbout(content);
      circle15.addControls(this.map, () => this.goHome(), "bottomleft");
      this.cellLayer.addTo(this.map);
      this.labels.addTo(this.map);
      this.goHome(false);
      this.startMap();
      this.startTools();
      this.startPresses();
      circle15.startPrinting(this.map, () => this.home);
      this.draw();
      this.checkBase();
    }

    put(name, layer) {
      if (this.parts[name]) this.parts[name].remove();
      this.parts[name] = layer;
      if (layer) layer.addTo(this.map);
    }

    drawBorders() {
      const line = (start, style) => L.polygon(circle15.polygonsAt(this.shapes, start), { interactive: false, fill: false, lineJoin: "round", pane: "c15-borders", ...style });
      const { root, town } = this.ground.content.shapes;
      this.put("ground", L.featureGroup(root.map((start) => line(start, { pane: "c15-ground", stroke: false, fill: true, fillColor: "#fff", fillOpacity: 1 }))));
      this.put("towns", L.featureGroup(town.map((start) => line(start, { color: circle15.ink.border, weight: 1.1, opacity: 0.75 }))));
      this.put("frame", L.featureGroup(root.map((start) => line(start, { color: circle15.ink.border, weight: 2.2 }))));
      this.home = this.parts.frame.getBounds();
    }

    startMap() {
      this.map.on("click", (event) => this.clicked(event.latlng));
      this.map.on("mousemove", (event) => {
        this.pointer = event.latlng;
        if (!this.hovering) this.hovering = requestAnimationFrame(() => this.hover());
      });
      this.map.on("mouseout", () => this.showSnap(null));
      this.map.on("popupopen", (event) => event.popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", say("close")));
    }

    hover() {
      this.hovering = 0;
      if (this.chosen.fixed || this.map._popup && this.map._popup.isOpen()) return this.showSnap(null);
      const near = circle15.nearestCandidate(this.ground, this.chosen, this.pointer);
      return this.showSnap(near && this.home.pad(0.1).contains(this.pointer) ? near.number : null);
    }

    // The place that a click would take, and whom a site there would newly reach.
    showSnap(number) {
      if (number === this.snapped) return;
      this.snapped = number;
      if (number === null) {
        this.put("snap", null);
        this.tell();
        return;
      }
      const candidate = this.ground.candidates[number];
      const ring = { pane: "c15-snap", interactive: false, radius: 10, weight: 2.5, color: "#1d5fa8", dashArray: "4 3", fillColor: "#fff", fillOpacity: 0.35 };
      this.put("snap", L.circleMarker(circle15.candidateLatlng(candidate), ring));
      const place = [circle15.placeOf(this.ground, candidate.cell), circle15.streetOf(candidate)].filter(Boolean).join(" · ");
      this.tell(say("snap", { place, service: this.wanted, people: circle15.wholeNumber(this.gains()[number]) }));
    }

    tell(text) {
      if (this.warned) return;
      byId("hint").textContent = text || say(this.chosen.fixed ? "hint_fixed" : "hint_open", { service: this.chosen.fixed ? this.chosen.name : this.wanted });
    }

    clicked(at) {
      if (this.chosen.fixed || !this.home.pad(0.1).contains(at)) return;
      const candidate = circle15.nearestCandidate(this.ground, this.chosen, at);
      if (candidate) this.openAt(candidate.number);
    }

    startTools() {
      byId("undo").addEventListener("click", () => this.travel("undo"));
      byId("redo").addEventListener("click", () => this.travel("redo"));
      byId("clear").addEventListener("click", () => this.step("clear"));
      byId("best-people").addEventListener("click", () => this.propose("people"));
      byId("best-index").addEventListener("click", () => this.propose("index"));
      // A page keeps nothing: who leaves with a scenario that was not taken away is asked first.
      window.addEventListener("beforeunload", (event) => {
        if (circle15.changesOf(this.scenario) > 0 && this.taken !== this.scenario) event.preventDefault();
      });
      document.addEventListener("keydown", (event) => {
        const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "radio";
        if (!(event.ctrlKey || event.metaKey) || typing) return;
        const key = event.key.toLowerCase();
        if (key !== "z" && key !== "y") return;
        event.preventDefault();
        this.travel(key === "y" || event.shiftKey ? "redo" : "undo");
      });
    }

    // --- what a reader does

    step(name, ...facts) {
      this.history.take(name, ...facts);
      this.update();
    }

    travel(way) {
      this.history[way]();
      this.update();
    }

    openAt(candidate) {
      const service = this.chosen;
      if (service.fixed) return;
      const need = this.needOf(service);
      const called = need === null ? service.name : service.needs[need].name;
      const names = new Set([...this.scenario.opened, ...service.sites].map((site) => site.name));
      let count = 1;
      while (names.has(say("new_name", { service: called, n: count }))) count += 1;
      const last = [...this.scenario.opened].reverse().find((site) => site.service === service.id);
      this.tab = "plan";
      this.step("open", { service: service.id, candidate, name: say("new_name", { service: called, n: count }), need, capacity: this.placesAt(candidate, service, last), flagged: last ? last.flagged : false });
      this.showTab("plan");
    }

    // What a list says of the place, or else what the last new site holds.
    placesAt(candidate, service, last) {
      const said = this.ground.candidates[candidate].places;
      if (said !== null && service.unit) return said;
      return last ? last.capacity : this.usualCapacity(service);
    }

    // The median of the known capacities: a new site is like those there are until the reader says otherwise.
    usualCapacity(service) {
      const known = service.sites.map((site) => site.capacity).filter((places) => places !== null).sort((a, b) => a - b);
      return known.length && service.unit ? Math.round(known[Math.floor((known.length - 1) / 2)]) : null;
    }

    propose(aim) {
      const best = circle15.nextBest(this.model, this.chosen, this.scenario, aim, this.needOf(this.chosen));
      if (!best) {
        this.tell(say("nothing_to_gain"));
        return;
      }
      this.openAt(best.candidate);
      this.map.panInside(circle15.candidateLatlng(this.ground.candidates[best.candidate]), { padding: [80, 80] });
      this.tell(say("proposed_" + aim, { people: circle15.wholeNumber(best.people), tried: best.tried }));
    }

    setService(id) {
      this.service = id;
      this.map.closePopup();
      this.showSnap(null);
      circle15.keepingFocus(byId("panel"), () => this.draw());
    }

    openSite(site) {
      this.asked = site.id;
      this.popup(circle15.siteLatlng(site.at), circle15.sitePopup(this, site));
    }

    openNew(site) {
      if (site.service !== this.service) this.setService(site.service);
      this.popup(circle15.candidateLatlng(this.ground.candidates[site.candidate]), circle15.newPopup(this, site), [0, -26]);
    }

    popup(latlng, body, offset) {
      this.showSnap(null);
      L.popup({ maxWidth: 280, minWidth: 220, offset: offset || [0, 0], autoPanPaddingTopLeft: [14, 60], autoPanPaddingBottomRight: [14, 30] }).setLatLng(latlng).setContent(body).openOn(this.map);
    }

    goToSite(site) {
      this.map.setView(circle15.siteLatlng(site.at), Math.max(this.map.getZoom(), 14), circle15.still() ? { animate: false } : {});
      this.openSite(site);
      this.map.getPane("popupPane").querySelector(".c15-actions button").focus({ preventScroll: true });
    }

    goToTown(t) {
      this.map.flyToBounds(L.polygon(circle15.polygonsAt(this.shapes, this.ground.content.shapes.town[t])).getBounds(), { padding: [30, 30], duration: 0.5, animate: !circle15.still() });
    }

    goToArea(area) {
      this.map.flyToBounds(this.boundsOf(area.cells), { padding: [90, 90], maxZoom: 15, duration: 0.5, animate: !circle15.still() });
    }

    goHome(animate) {
      const wide = this.map.getSize().x > 700;
      this.map.fitBounds(this.home, { paddingTopLeft: [14, 50], paddingBottomRight: wide ? [216, 30] : [14, 30], animate: animate !== false && !circle15.still() });
    }

    // --- what follows from it

    update() {
      const begin = performance.now();
      this.now = this.model.evaluate(this.scenario);
      this.redraw();
      this.took = performance.now() - begin;
    }

    // What is pressed must still be there when it is released, or the click is lost: leaving an input by pressing a
    // button takes the step at once and draws it after the click.
    redraw() {
      this.stale = this.pressed;
      if (this.pressed) return;
      const leaving = this.map.getPane("popupPane").contains(document.activeElement);
      this.map.closePopup();
      circle15.keepingFocus(byId("panel"), () => this.draw());
      if (leaving) this.focusRow();
    }

    // From the bubble of a site back to its row, where that is shown.
    focusRow() {
      const row = this.asked && byId("existing").querySelector(`[data-facility="${CSS.escape(this.asked)}"]`);
      if (row) row.focus({ preventScroll: true });
    }

    startPresses() {
      const released = () => {
        this.pressed = false;
        setTimeout(() => {
          if (this.stale && !this.pressed) this.redraw();
        });
      };
      document.addEventListener("pointerdown", () => (this.pressed = true), true);
      document.addEventListener("pointerup", released, true);
      document.addEventListener("pointercancel", released, true);
    }

    draw() {
      this.reckoned = null;
      this.areas = this.model.areas(this.chosen, this.found);
      this.paint();
      this.put("existing", circle15.existingLayer(this, this.renderer));
      this.put("opened", circle15.openedLayer(this));
      this.drawLabels();
      circle15.showScores(this.base, this.now);
      circle15.showServices(this, (id) => this.setService(id));
      circle15.showStory(this);
      this.drawTab(this.tab);
      this.showTools();
      this.showLegend();
      this.snapped = undefined;
      this.showSnap(null);
    }

    // What is not seen is not drawn; a tab is when it is chosen.
    drawTab(name) {
      this.tab = name;
      if (name === "plan") circle15.showPlan(this);
      if (name === "existing") circle15.showExisting(this);
      if (name === "towns") circle15.showTowns(this, (t) => this.goToTown(t));
      if (name === "areas") circle15.showAreas(this, (area) => this.goToArea(area));
    }

    showTools() {
      byId("undo").disabled = !this.history.canUndo;
      byId("redo").disabled = !this.history.canRedo;
      byId("clear").disabled = circle15.changesOf(this.scenario) === 0;
      byId("best-people").disabled = byId("best-index").disabled = this.chosen.fixed;
    }

    // People newly in reach, and no more, of the whole area.
    moved(before, after) {
      const { persons } = this.chosen;
      const sum = (from, to) => circle15.exact.total(this.ground.units.root, (i) => (to.covered[i] && !from.covered[i] ? persons[i] : 0));
      return { gained: sum(before, after), lost: sum(after, before) };
    }

    // Whom a site at each candidate would newly reach, as things stand; made when first asked for.
    gains() {
      if (!this.reckoned) this.reckoned = circle15.peopleGains(this.model, this.chosen, this.scenario, this.needOf(this.chosen));
      return this.reckoned;
    }

    promising(count) {
      const people = this.gains();
      const open = ([c, gain]) => gain > 0 && circle15.mayTake(this.ground.candidates[c], this.chosen);
      const best = [...people.entries()].filter(open).sort(([a, one], [b, other]) => other - one || a - b).map(([c]) => c);
      return best.slice(0, count).map((candidate) => ({ candidate, people: people[candidate] }));
    }

    typicalPeople() {
      const people = Array.from(this.ground.cells.persons.all).filter((value) => value > 0).sort((a, b) => a - b);
      return people.length ? people[Math.floor(0.8 * (people.length - 1))] : 1;
    }

    paint() {
      const [before, after] = [this.base.services.get(this.service).covered, this.found.covered];
      const { all } = this.ground.cells.persons;
      const colours = Int8Array.from(after, (yes, i) => {
        if (yes) return before[i] ? 0 : 1;
        if (before[i]) return 2;
        return all[i] > this.many ? 4 : 3;
      });
      this.cellLayer.paint(colours, STATES.map((state) => state.colour));
    }

    boundsOf(rows) {
      const q = this.ground.cells.quads;
      const corner = (i, k) => this.map.unproject([q[8 * i + k], q[8 * i + k + 1]], 0);
      return L.latLngBounds(rows.flatMap((i) => [corner(i, 0), corner(i, 4)]));
    }

    drawLabels() {
      const shown = JSON.stringify(this.areas.slice(0, AREAS_NAMED).map((area) => [area.heaviest, area.people]));
      if (shown === this.labelled) return;
      this.labelled = shown;
      const areas = this.areas.slice(0, AREAS_NAMED).map((area) => ({ text: say("persons", { n: circle15.wholeNumber(area.people) }), at: this.boundsOf([area.heaviest]).getCenter(), kind: "area" }));
      const towns = this.ground.towns.map((town) => ({ text: town.name, at: circle15.siteLatlng(town.at), kind: "town" }));
      this.labels.show([...areas.slice(0, 3), ...towns, ...areas.slice(3)]);
    }

    showLegend() {
      const row = (colour, text) => element("li", {}, [element("i", { style: { background: colour } }), element("span", { text })]);
      const key = (kind, word, style) => element("li", { class: "c15-key-" + kind }, [element("i", { style }), element("span", { text: say(word) })]);
      const used = new Set(this.cellLayer.colours);
      const states = STATES.map((state, i) => ({ ...state, i })).filter(({ i }) => used.has(i));
      fill(byId("legend"), [
        element("h2", { text: say("legend_title", { service: this.chosen.name }) }),
        element("ul", {}, states.map((state) => row(state.colour, say(state.word, { people: circle15.wholeNumber(this.many) })))),
        element("ul", { class: "c15-keys" }, [
          key("site", "key_site", { background: this.chosen.colour }),
          Object.keys(this.scenario.closed).length ? key("closed", "key_closed", {}) : null,
          this.scenario.opened.length ? key("new", "key_new", { background: this.chosen.colour }) : null,
        ]),
      ]);
    }

    // The page must find what the run found before anything is changed; it says so where it does not.
    checkBase() {
      const { content, towns } = this.ground;
      const differs = (now, said) => Object.entries(said).some(([name, value]) => (value === null) !== (now[name] === null) || Math.abs(now[name] - value) > CLOSE);
      this.agrees = !differs(this.base.root, content.base) && !towns.some((town, t) => differs(this.base.towns[t], town.base));
      if (this.agrees) return;
      byId("hint").textContent = say("disagrees");
      byId("hint").classList.add("c15-warn");
      this.warned = true;
    }
  }

  async function start() {
    const content = JSON.parse(byId("content").textContent);
    circle15.speak(content);
    if (typeof DecompressionStream === "undefined" || typeof Object.fromEntries === "undefined") {
      byId("loading").hidden = true;
      byId("sorry").hidden = false;
      return;
    }
    const { whole, doubles, shapes } = content.sections;
    const [numbers, floats, outlines] = await Promise.all([
      circle15.unpack(byId("whole").textContent, whole),
      circle15.unpackDoubles(byId("doubles").textContent, doubles),
      circle15.unpack(byId("shapes").textContent, shapes),
    ]);
    const ground = circle15.makeGround(content, numbers, floats);
    const map = L.map(byId("map"), { center: [30, 120], zoom: 11, minZoom: 7, maxZoom: 18, zoomSnap: 0.25, wheelPxPerZoomLevel: 100, zoomControl: false, attributionControl: false, doubleClickZoom: false, fadeAnimation: !circle15.still(), zoomAnimation: !circle15.still() });
    const page = new Page(map, ground, outlines.shapes);
    page.start();
    circle15.page = page;
    byId("loading").hidden = true;
    document.documentElement.dataset.ready = "yes";
    performance.mark("circle15-ready");
  }

  start();
})(window.circle15);
