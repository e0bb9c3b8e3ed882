// The map: borders, cells newly reached and beyond reach, existing sites, runner-ups, and numbered new sites.
(function (circle15) {
  "use strict";

  const { element, say, byId } = circle15;
  const panes = { "c15-ground": 210, "c15-cells": 220, "c15-borders": 250, "c15-sites": 270, "c15-names": 280, "c15-new": 290 };
  // Apart in grey and to colour-blind eyes; neighbours by number differ.
  const FILLS = ["#5095c4", "#93bedb", "#1f6aa5"];
  const looks = {
    reached: { fillColor: FILLS[0], fillOpacity: 0.85 },
    shared: { fillColor: "#0b3f6e", fillOpacity: 0.85 },
    unreachable: { fillColor: "#e8853b", fillOpacity: 0.9 },
    existing: { radius: 4.5, weight: 1.5, color: "#fff", fillColor: "#4d4d4d", fillOpacity: 1 },
    runner: { radius: 6, weight: 2.5, color: "#c0392b", fillColor: "#fff", fillOpacity: 1 },
  };
  const PIN_RADIUS = 14;
  // Fewer than half a person are not shown as nobody.
  circle15.persons = (value) => (value > 0 && value < 0.5 ? "<1" : circle15.wholeNumber(value));
  const latlngOf = (at) => [at[1] / 1e6, at[0] / 1e6];

  function popup(title, lines) {
    return element("div", { class: "c15-pop" }, [element("h3", { text: title }), ...lines.filter(Boolean).map((text) => element("p", { text }))]);
  }

  function siteLines(site) {
    const told = (word, value) => say(word, { persons: circle15.persons(value) });
    if (site.change === "close") return [site.town, say("page_closed")];
    return [
      site.town,
      told("page_in_reach", site.persons_in_reach),
      told("page_new_short", site.persons_new),
      site.without || told("page_lost", site.persons_only),
      site.places === null ? null : say("column_places") + " " + circle15.wholeNumber(site.places),
      site.runner_up || null,
    ];
  }

  circle15.badge = (site) => element("span", { class: "c15-badge" + (site.change === "close" ? " c15-closes" : ""), text: site.number !== null ? String(site.number) : site.change === "close" ? "×" : "+" });

  circle15.SitingMap = class {
    constructor(content, numbers) {
      this.map = L.map("c15-map", { maxZoom: 18, minZoom: 2, zoomSnap: 0.25, zoomControl: false, attributionControl: false });
      for (const [name, level] of Object.entries(panes)) {
        this.map.createPane(name).style.zIndex = level;
        if (name !== "c15-sites" && name !== "c15-new") this.map.getPane(name).style.pointerEvents = "none";
      }
      this.renderer = L.canvas({ pane: "c15-sites", padding: 0.2, tolerance: 4 });
      const polygons = (start) => circle15.polygonsAt(numbers, start);
      const rings = content.shapes.root.map(polygons).flat(3);
      const own = content.sites.map((site) => latlngOf(site.at));
      this.home = L.latLngBounds(rings.length ? rings : own).pad(0.03);
      const goHome = () => this.map.fitBounds(this.home, { animate: false, maxZoom: 15 });
      goHome();
      circle15.addControls(this.map, goHome, "topleft");
      this.areas(content, polygons);
      this.points(content);
    }

    areas(content, polygons) {
      const put = (start, style) => L.polygon(polygons(start), { interactive: false, stroke: false, ...style }).addTo(this.map);
      content.shapes.root.forEach((start) => put(start, { pane: "c15-ground", fillColor: "#fff", fillOpacity: 1 }));
      content.shapes.reached.forEach((start, i) => put(start, { pane: "c15-cells", ...looks.reached, fillColor: FILLS[i % FILLS.length] }));
      for (const kind of ["shared", "unreachable"]) content.shapes[kind].forEach((start) => put(start, { pane: "c15-cells", ...looks[kind] }));
      const line = { pane: "c15-borders", interactive: false, fill: false, color: "#51666f" };
      content.shapes.town.forEach((start) => L.polygon(polygons(start), { ...line, weight: 1.1, opacity: 0.75 }).addTo(this.map));
      content.shapes.root.forEach((start) => L.polygon(polygons(start), { ...line, weight: 2.2 }).addTo(this.map));
      const labels = new circle15.Labels();
      labels.addTo(this.map);
      const pins = content.sites.map((site) => ({ at: latlngOf(site.at), radius: PIN_RADIUS }));
      labels.show(content.towns.filter((town) => town.at).map((town) => ({ text: town.name, at: latlngOf(town.at), kind: "town" })), pins);
    }

    points(content) {
      const circle = (at, look, title, lines) =>
        L.circleMarker(latlngOf(at), { ...looks[look], renderer: this.renderer })
          .bindPopup(() => popup(title, lines))
          .addTo(this.map);
      for (const site of content.existing) circle(site.at, "existing", site.name, [say("page_legend_existing")]);
      for (const site of content.runner_ups) circle(site.at, "runner", site.name || site.id, [say("page_legend_runner"), site.name ? site.id : null]);
      this.sites = content.sites.map((site) => this.pin(site));
    }

    pin(site) {
      const html = element("span", { class: "c15-pin" }, [circle15.badge(site)]);
      const icon = L.divIcon({ className: "c15-anchor", html, iconSize: null });
      const marker = L.marker(latlngOf(site.at), { icon, pane: "c15-new", alt: site.name, keyboard: true });
      return marker.bindPopup(() => popup((site.number === null ? "" : site.number + " ") + site.name, siteLines(site)), { maxWidth: 300 }).addTo(this.map);
    }

    flyTo(at, marker) {
      byId("map").scrollIntoView({ behavior: "smooth", block: "nearest" });
      this.map.closePopup();
      if (marker) this.map.once("moveend", () => marker.openPopup());
      this.map.flyTo(latlngOf(at), Math.max(14, this.map.getZoom()), { duration: 0.6 });
    }
  };

  circle15.showLegend = function (content) {
    const item = (text, style, round) => element("li", {}, [element("i", { style, class: round ? "c15-round" : null }), element("span", { text: say("page_legend_" + text) })]);
    const any = (change) => content.sites.some((site) => site.change === change);
    const filled = (start) => start.length && content.filled;
    circle15.fill(byId("legend"), [
      any("open") ? item("new", { background: "#c0392b", "border-color": "#c0392b" }, true) : null,
      any("close") ? item("closed", { background: "#fff", "border-color": "#5f6368" }, true) : null,
      content.runner_ups.length ? item("runner", { background: "#fff", "border-color": "#c0392b" }, true) : null,
      content.existing.length ? item("existing", { background: "#4d4d4d", "border-color": "#fff" }, true) : null,
      any("open") ? item("reached", { background: FILLS[0] }) : null,
      filled(content.shapes.shared) ? item("shared", { background: looks.shared.fillColor }) : null,
      content.unreachable.length ? item("unreachable", { background: looks.unreachable.fillColor }) : null,
    ]);
  };
})(window.circle15);
