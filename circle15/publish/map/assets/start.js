// Puts the page together: unpacks the data, and redraws what a change of service, theme or overlay concerns.
(function (circle15) {
  "use strict";

  const { byId, say } = circle15;

  // From the ground up; names lie above all but popups.
  const panes = { "c15-ground": 210, "c15-cells": 220, "c15-bands": 230, "c15-gaps": 235, "c15-single": 240, "c15-borders": 250, "c15-picked": 255, "c15-areas": 260, "c15-changes": 265, "c15-sites": 270, "c15-names": 280 };

  function addPanes(map) {
    for (const [name, level] of Object.entries(panes)) {
      map.createPane(name).style.zIndex = level;
      if (name !== "c15-sites") map.getPane(name).style.pointerEvents = "none";
    }
  }

  // How many under-served areas are drawn when the whole area is in view.
  const AREAS_AT_HOME = 10;

  function areaLabel(area) {
    return { text: say("persons", { n: circle15.wholeNumber(area.people) }), at: circle15.latlngOf(area.at), kind: "area" };
  }

  function baseMap(key) {
    const tiles = (layer) =>
      L.tileLayer("https://t{s}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}", {
        subdomains: "01234567",
        layer,
        key: encodeURIComponent(key),
        maxZoom: 18,
      });
    return L.layerGroup([tiles("vec"), tiles("cva")]);
  }

  class Page {
    constructor(map, content, cells, shapes) {
      Object.assign(this, { map, content, cells, shapes, parts: {} });
      this.overlays = { areas: true, facilities: true, others: false, towns: true, villages: false, names: true };
      if (content.towns.length < 2) delete this.overlays.towns;
      if (!content.villages.length) delete this.overlays.villages;
      if (content.changes.length) this.overlays.changes = true;
      if (cells.gap) this.overlays.gaps = true;
      if (content.tianditu_key) this.overlays.base = false;
      this.theme = "time";
      this.service = content.services[0].id;
      this.town = null;
      this.single = null;
      this.sites = L.canvas({ pane: "c15-sites", padding: 0.2 });
      this.cellLayer = new circle15.CellLayer(cells);
      this.labels = new circle15.Labels();
      this.showLeague = circle15.townTable(content, this, (town) => this.goToTown(content.towns.indexOf(town)));
    }

    start() {
      addPanes(this.map);
      this.put("ground", this.shapes.ground());
      this.put("frame", this.shapes.frame());
      this.home = this.parts.frame.getBounds();
      this.drawScope();
      circle15.showSince(this.content, (town) => this.goToTown(this.content.towns.indexOf(town)), (facility) => this.goToFacility(facility));
      circle15.showDownloads(this.content);
      circle15.showAbout(this.content);
      circle15.startTabs();
      circle15.startPrinting(this.map, () => (this.parts.picked ? this.parts.picked.getBounds() : this.home));
      circle15.showSwitches(this, (name) => this.setTheme(name), (name, on) => this.setOverlay(name, on));
      circle15.addControls(this.map, () => this.leaveTown(), "bottomleft");
      byId("back").addEventListener("click", () => this.leaveTown(), "bottomleft");
      document.addEventListener("keydown", (event) => {
        const typing = event.target instanceof HTMLInputElement && event.target.type === "text";
        if (event.key === "Escape" && this.town && !this.popped && !typing) this.leaveTown();
      });
      circle15.startSearch(this.content, (entry) => this.goTo(entry));
      this.goHome(false);
      this.map.on("click", (event) => this.openCell(event.latlng));
      this.map.on("popupopen", (event) => {
        event.popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", say("close"));
        this.popped = event.popup.getElement();
        this.clearPopup();
      });
      this.map.on("popupclose", () => {
        this.popped = null;
        this.setSingle(null);
        this.clearPopup();
      });
      this.map.on("moveend", () => this.clearPopup());
      this.map.on("zoomend", () => this.drawAreas());
      this.put("labels", this.labels);
      this.drawAll();
    }

    // One layer per name: the old one goes, the new one comes; null only takes away.
    put(name, layer) {
      if (this.parts[name]) this.parts[name].remove();
      this.parts[name] = layer;
      if (layer) layer.addTo(this.map);
    }

    get chosen() {
      return this.content.services.find((service) => service.id === this.service);
    }

    drawAll() {
      this.drawTheme();
      this.drawOverlays();
      this.drawTables();
      this.drawLegend();
    }

    // The town that is picked, where one is.
    get picked() {
      return this.content.towns.find((town) => town.code === this.town);
    }

    // What tells of the whole place or of the town that is picked.
    drawScope() {
      circle15.showTitle(this.content, this.picked);
      circle15.showServices(this.content, this, (id) => this.setService(id));
      document.body.classList.toggle("c15-of-town", Boolean(this.picked));
    }

    drawTables() {
      circle15.showStandard(this.chosen, this.picked);
      circle15.showStates(this.chosen, this.picked);
      circle15.markService(this.service);
      this.showLeague();
      circle15.showAreas(this.content, this, (area) => this.goToArea(area));
    }

    drawTheme() {
      this.classes = null;
      if (this.theme === "time") this.paintTimes();
      if (this.theme === "uncovered") this.paintUncovered();
      this.put("cells", this.theme === "time" || this.theme === "uncovered" ? this.cellLayer : null);
      this.put("choropleth", this.theme === "index" ? this.shapes.townsByIndex() : null);
      this.put("bands", this.theme === "isochrones" ? this.shapes.isochrones(this.service, "") : null);
    }

    paintTimes() {
      const bands = circle15.timeBands.map((band) => band.colour);
      const minutes = this.cells.minutes[this.service];
      const colours = Int8Array.from(minutes, (value) => (Number.isNaN(value) ? bands.length : circle15.bandOf(value)));
      this.cellLayer.paint(colours, [...bands, circle15.unknownColour]);
    }

    paintUncovered() {
      const reached = this.cells.reached[this.service];
      const people = Array.from(reached, (yes, i) => (yes ? 0 : this.cells.persons(this.chosen.group, i)));
      this.classes = circle15.peopleClasses(people);
      const colours = Int8Array.from(people, (value) => (value > 0 ? this.classes.findIndex((one) => value <= one.to) : -1));
      this.cellLayer.paint(colours, this.classes.map((one) => one.colour));
    }

    drawOverlays() {
      const on = this.overlays;
      const open = (facility) => this.openFacility(facility);
      const sites = (look, wanted) => circle15.facilityLayer(this.content, this.sites, look, wanted, open);
      this.put("base", on.base ? baseMap(this.content.tianditu_key) : null);
      this.map.getContainer().classList.toggle("c15-with-base", Boolean(on.base));
      circle15.showCredit(this.content, on.base);
      this.put("towns", on.towns ? this.shapes.towns() : null);
      this.put("villages", on.villages ? this.shapes.villages() : null);
      this.put("others", on.others ? sites("other", (site) => site.service !== this.service) : null);
      this.put("facilities", on.facilities ? sites("chosen", (site) => site.service === this.service) : null);
      this.put("changes", on.changes ? circle15.changeLayer(this.content.changes) : null);
      this.put("gaps", on.gaps ? circle15.gapLayer(this.cells) : null);
      this.drawAreas();
    }

    // The areas with most people; the closer the reader looks, the more of them.
    areasInView() {
      if (!this.overlays.areas) return [];
      const closer = Math.max(0, this.map.getZoom() - this.map.getBoundsZoom(this.home));
      const count = Math.round(AREAS_AT_HOME * Math.pow(3, closer));
      return this.content.areas.filter((area) => area.service === this.service).slice(0, count);
    }

    drawAreas() {
      const areas = this.areasInView();
      const shown = areas.map((area) => area.id).join() + this.service + this.overlays.names;
      if (shown === this.shownAreas) return;
      this.shownAreas = shown;
      this.put("areas", areas.length ? this.shapes.areas(areas) : null);
      this.drawLabels(areas);
    }

    drawLabels(areas) {
      const { latlngOf } = circle15;
      // Villages are named once the reader looks closer than at the whole area.
      const closer = Math.max(12.5, this.map.getBoundsZoom(this.home) + 1);
      const names = this.overlays.names ? this.content : { towns: [], villages: [] };
      this.labels.show([
        ...areas.slice(0, 3).map(areaLabel),
        ...names.towns.map((town) => ({ text: town.name, at: latlngOf(town.at), kind: "town" })),
        ...areas.slice(3).map(areaLabel),
        ...names.villages.map((unit) => ({ text: unit.name, at: latlngOf(unit.at), kind: "village", minZoom: closer })),
      ]);
    }

    drawLegend() {
      const singleBands = this.single ? this.shapes.bands(this.single.service, this.single.id) : [];
      const bands = this.shapes.bands(this.service, "");
      const { theme, overlays, classes } = this;
      const unknown = this.cells.minutes[this.service].some(Number.isNaN);
      circle15.showLegend({ theme, unknown, overlays, classes, bands, singleBands, single: singleBands.length ? this.single : null, service: this.chosen, towns: this.content.towns, changes: this.content.changes });
    }

    setService(id) {
      this.service = id;
      this.map.closePopup();
      this.drawAll();
    }

    setTheme(name) {
      this.theme = name;
      this.drawTheme();
      this.drawLegend();
    }

    setOverlay(name, on) {
      this.overlays[name] = on;
      this.drawOverlays();
      this.drawLegend();
    }

    setSingle(facility) {
      if (this.single === facility) return;
      this.single = facility;
      // Its bands share their colours with the cells, which step back meanwhile.
      this.map.getContainer().classList.toggle("c15-one", Boolean(facility));
      this.put("single", facility ? this.shapes.isochrones(facility.service, facility.id) : null);
      this.drawLegend();
    }

    // Room for the boxes on the right where the screen is wide enough to keep them off the map.
    get margins() {
      const wide = this.map.getSize().x > 700;
      return { topLeft: [14, 60], bottomRight: wide ? [216, 30] : [14, 30] };
    }

    popup(latlng, body) {
      const { topLeft, bottomRight } = this.margins;
      const options = { maxWidth: 300, minWidth: 220, autoPanPaddingTopLeft: topLeft, autoPanPaddingBottomRight: bottomRight };
      L.popup(options).setLatLng(latlng).setContent(body).openOn(this.map);
    }

    // A box that a popup would lie under steps aside as long as they meet.
    clearPopup() {
      const boxOf = (box) => box.getBoundingClientRect();
      for (const box of [byId("switches"), byId("legend")]) {
        box.classList.toggle("c15-aside", Boolean(this.popped) && circle15.overlaps(boxOf(this.popped), boxOf(box)));
      }
    }

    openCell(latlng) {
      const i = this.cells.at(latlng);
      if (i >= 0) this.popup(latlng, circle15.cellPopup(this.content, this.cells, i, this.service));
    }

    openFacility(facility) {
      const bands = this.shapes.bands(facility.service, facility.id);
      this.popup(circle15.latlngOf(facility.at), circle15.facilityPopup(this.content, facility, bands));
      this.setSingle(facility);
      this.clearPopup();
    }

    goHome(animate) {
      const { topLeft, bottomRight } = this.margins;
      this.map.fitBounds(this.home, { paddingTopLeft: topLeft, paddingBottomRight: bottomRight, animate: animate !== false && !circle15.still() });
    }

    goTo(entry) {
      if (entry.kind === "town") this.goToTown(entry.i);
      else if (entry.kind === "village") this.flyToUnit(this.shapes.village(entry.i));
      else this.goToFacility(this.content.facilities[entry.i]);
    }

    // Flies there, and opens what is to be told on arrival: a popup opened in flight would find its room too early.
    fly(bounds, padding, arrived) {
      const flight = (this.flight = {});
      const still = circle15.still();
      const landed = () => this.flight === flight && arrived && arrived();
      this.map.closePopup();
      this.map.getContainer().scrollIntoView({ behavior: still ? "auto" : "smooth", block: "nearest" });
      this.map.flyToBounds(bounds, { padding: [padding, padding], maxZoom: 15, duration: 0.6, animate: !still });
      if (still) landed();
      else this.map.once("moveend", landed);
    }

    flyToUnit(outline) {
      this.put("picked", outline);
      this.fly(outline.getBounds(), 48);
    }

    goToTown(i) {
      this.setTown(this.content.towns[i].code);
      this.flyToUnit(this.shapes.town(i));
    }

    leaveTown() {
      if (this.town) this.setTown(null);
      this.put("picked", null);
      this.goHome();
    }

    setTown(code) {
      // Lines are made anew: whoever is on one by the keyboard stays there.
      const row = document.activeElement && document.activeElement.closest("tr[data-code]");
      this.town = code;
      this.drawScope();
      this.drawTables();
      if (row) byId("towns").querySelector(`tr[data-code="${CSS.escape(row.dataset.code)}"] button`).focus();
      else if (!code) byId("tabs").querySelector("[aria-selected=true]").focus({ preventScroll: true });
    }

    goToArea(area) {
      if (area.service !== this.service) this.setService(area.service);
      const tell = () => this.popup(circle15.latlngOf(area.at), circle15.areaPopup(this.content, area));
      this.fly(this.shapes.areaBounds(this.content.areas.indexOf(area)), 120, tell);
    }

    goToFacility(facility) {
      if (facility.service !== this.service) this.setService(facility.service);
      this.fly(circle15.latlngOf(facility.at).toBounds(100), 0, () => this.openFacility(facility));
    }
  }

  circle15.start = async function (map) {
    const content = JSON.parse(byId("content").textContent);
    circle15.speak(content);
    circle15.spread(content);
    if (typeof DecompressionStream === "undefined") {
      byId("sorry").hidden = false;
      return;
    }
    const [cells, shapes] = await Promise.all([
      circle15.unpack(byId("cells").textContent, content.sections.cells),
      circle15.unpack(byId("shapes").textContent, content.sections.shapes),
    ]);
    const page = new Page(map, content, circle15.makeCells(content, cells), circle15.makeShapes(content, shapes.shapes));
    page.start();
    circle15.page = page;
    document.documentElement.dataset.ready = "yes";
    performance.mark("circle15-ready");
  };
})(window.circle15);
