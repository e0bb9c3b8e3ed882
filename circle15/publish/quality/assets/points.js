// The map of the findings: borders, names of units, and a numbered point for every finding that has a place.
(function (circle15) {
  "use strict";

  const { element, say, byId } = circle15;
  const panes = { "c15-ground": 210, "c15-borders": 250, "c15-sites": 270, "c15-names": 280 };
  circle15.looks = {
    fault: { fill: "#a3210f", edge: "#ffffff", ink: "#ffffff" },
    warning: { fill: "#f2b134", edge: "#5c3d00", ink: "#1c1300" },
    information: { fill: "#ffffff", edge: "#35607c", ink: "#1f4258" },
  };
  // Numbers are drawn in the points while these are few enough to be told apart.
  const MOST_NUMBERED = 400;
  // A point farther away than the area is wide is no reason to show half the country.
  const NEAR = 1;

  const latlngOf = (at) => [at[1] / 1e6, at[0] / 1e6];

  const Numbered = L.CircleMarker.extend({
    _updatePath() {
      L.CircleMarker.prototype._updatePath.call(this);
      const { _ctx: ctx, _drawing: drawing } = this._renderer;
      if (!this.options.number || !drawing || this._empty()) return;
      ctx.save();
      ctx.globalAlpha = 1;
      ctx.fillStyle = this.options.ink;
      ctx.font = "600 10px sans-serif";
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillText(this.options.number, this._point.x, this._point.y + 0.5);
      ctx.restore();
    },
  });

  function addBorders(map, content, numbers) {
    const lines = { root: [2.2, 1, null], town: [1.1, 0.75, null], village: [0.7, 0.5, "3 2"] };
    const polygons = (start) => circle15.polygonsAt(numbers, start);
    for (const start of content.shapes.root) {
      L.polygon(polygons(start), { pane: "c15-ground", interactive: false, stroke: false, fillColor: "#fff", fillOpacity: 1 }).addTo(map);
    }
    for (const [layer, [weight, opacity, dashArray]] of Object.entries(lines)) {
      for (const start of content.shapes[layer]) {
        L.polygon(polygons(start), { pane: "c15-borders", interactive: false, fill: false, color: "#51666f", weight, opacity, dashArray }).addTo(map);
      }
    }
    const labels = new circle15.Labels();
    labels.addTo(map);
    labels.show(content.towns.map((town) => ({ text: town.name, at: latlngOf(town.at), kind: "town" })));
  }

  function homeOf(content, numbers, points) {
    const rings = content.shapes.root.map((start) => circle15.polygonsAt(numbers, start)).flat(3);
    return L.latLngBounds(rings.length ? rings : points.map((one) => latlngOf(one.at)));
  }

  function popup(finding, group) {
    return element("div", { class: "c15-pop" }, [
      element("h3", { text: circle15.signs[group.severity] + " " + say("severity_" + group.severity) + " · " + say("page_number", { number: finding.n }) }),
      element("p", { text: finding.what }),
      group.mend ? element("p", { class: "c15-mend", text: say("column_mend_told", { mend: group.mend }) }) : null,
      finding.where ? element("p", { class: "c15-place", text: finding.where }) : null,
    ]);
  }

  circle15.FindingsMap = class {
    constructor(content, numbers) {
      const points = content.groups.flatMap((group) => group.findings.filter((one) => one.at));
      this.map = L.map("c15-map", { maxZoom: 18, minZoom: 2, zoomSnap: 0.25, zoomControl: false, attributionControl: false });
      for (const [name, level] of Object.entries(panes)) {
        this.map.createPane(name).style.zIndex = level;
        if (name !== "c15-sites") this.map.getPane(name).style.pointerEvents = "none";
      }
      this.home = homeOf(content, numbers, points).pad(0.05);
      this.renderer = L.canvas({ pane: "c15-sites", padding: 0.2, tolerance: 4 });
      this.goHome();
      circle15.addControls(this.map, () => this.goHome(), "topleft");
      addBorders(this.map, content, numbers);
    }

    goHome() {
      this.map.fitBounds(this.home, { animate: false, maxZoom: 15 });
    }

    // What is gravest is drawn last, and lies on top.
    show(groups) {
      if (this.points) this.points.remove();
      const located = [...groups].reverse().flatMap((group) => group.findings.filter((one) => one.at).map((one) => [one, group]));
      const numbered = located.length <= MOST_NUMBERED;
      this.points = L.layerGroup(located.map(([finding, group]) => this.point(finding, group, numbered))).addTo(this.map);
    }

    point(finding, group, numbered) {
      const { fill, edge, ink } = circle15.looks[group.severity];
      const look = { renderer: this.renderer, radius: numbered ? 9 : 5, weight: 1.5, color: edge, fillColor: fill, fillOpacity: 0.95, ink, number: numbered ? String(finding.n) : "" };
      const point = new Numbered(latlngOf(finding.at), look);
      point.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        this.tell(finding, group);
      });
      return point;
    }

    tell(finding, group) {
      L.popup({ maxWidth: 300, minWidth: 200 }).setLatLng(latlngOf(finding.at)).setContent(popup(finding, group)).openOn(this.map);
    }

    flyTo(finding, group) {
      const at = L.latLng(latlngOf(finding.at));
      this.map.getContainer().scrollIntoView({ behavior: "smooth", block: "nearest" });
      this.map.closePopup();
      const near = this.home.pad(NEAR).contains(at);
      this.map.once("moveend", () => this.tell(finding, group));
      if (near) this.map.flyTo(at, Math.max(15, this.map.getZoom()), { duration: 0.6 });
      else this.map.fitBounds(L.latLngBounds([at, this.home.getCenter()]).pad(0.1), { animate: false });
    }
  };

  circle15.showMapLegend = function (content) {
    const kinds = Object.keys(circle15.looks).filter((kind) => content.groups.some((group) => group.severity === kind && group.findings.some((one) => one.at)));
    circle15.fill(byId("legend"), kinds.map((kind) => {
      const { fill, edge, ink } = circle15.looks[kind];
      const style = { background: fill, "border-color": edge, color: ink };
      return element("li", {}, [element("i", { style, text: circle15.signs[kind] }), element("span", { text: say("severity_" + kind) })]);
    }));
  };
})(window.circle15);
