// Names and badges on the map that never cover one another: the more important is placed first.
(function (circle15) {
  "use strict";

  // Where its own place is taken, a label moves a line up or down before it gives way.
  const SHIFTS = [0, -20, 20];
  // Beside pins it may have to move a little farther.
  const SHIFTS_BY_PINS = [...SHIFTS, -32, 32];

  // A name wider than 18 Chinese characters is cut on the map; it stands whole in the table and the search.
  const WIDEST = 36;

  function fitting(text) {
    const letters = Array.from(text);
    let wide = 0;
    const cut = letters.findIndex((letter) => (wide += letter.codePointAt(0) > 0xff ? 2 : 1) > WIDEST);
    return cut < 0 ? text : letters.slice(0, cut - 1).join("") + "…";
  }

  function marker(label) {
    const html = circle15.element("span", { class: "c15-label c15-label-" + label.kind, text: fitting(label.text) });
    const icon = L.divIcon({ className: "c15-anchor", html, iconSize: null });
    return { label, html, layer: L.marker(label.at, { icon, interactive: false, keyboard: false, pane: "c15-names" }) };
  }

  function overlaps(a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }
  circle15.overlaps = overlaps;

  circle15.Labels = L.LayerGroup.extend({
    onAdd(map) {
      L.LayerGroup.prototype.onAdd.call(this, map);
      map.on("moveend viewreset resize", this.arrange, this);
      this.arrange();
    },

    onRemove(map) {
      map.off("moveend viewreset resize", this.arrange, this);
      L.LayerGroup.prototype.onRemove.call(this, map);
    },

    // labels: [{text, at, kind, minZoom}], the most important first; pins: [{at, radius}], which none may cover.
    show(labels, pins = []) {
      this.clearLayers();
      this.pins = pins;
      this.markers = labels.map(marker);
      this.markers.forEach((made) => this.addLayer(made.layer));
      this.arrange();
    },

    arrange() {
      if (!this._map || !this.markers) return;
      const zoom = this._map.getZoom();
      const view = this._map.getBounds().pad(0.2);
      const wanted = this.markers.filter(({ label }) => zoom >= (label.minZoom || 0) && view.contains(label.at));
      // All are measured before any is moved, so that the page is laid out once; what is out of view is not measured.
      for (const made of wanted) made.size = made.size || [made.html.offsetWidth, made.html.offsetHeight];
      for (const { html } of this.markers) html.classList.add("c15-hidden");
      const placed = this.pins.map(({ at, radius }) => {
        const { x, y } = this._map.latLngToLayerPoint(at);
        return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
      });
      const shifts = this.pins.length ? SHIFTS_BY_PINS : SHIFTS;
      wanted.forEach(({ label, html, size }) => {
        const point = this._map.latLngToLayerPoint(label.at);
        const [w, h] = [size[0] / 2 + 3, size[1] / 2 + 1];
        const boxAt = (dy) => ({ left: point.x - w, right: point.x + w, top: point.y + dy - h, bottom: point.y + dy + h });
        const free = (dy) => !placed.some((other) => overlaps(boxAt(dy), other));
        const shift = shifts.find(free);
        if (shift === undefined) return;
        html.classList.remove("c15-hidden");
        html.style.marginTop = shift + "px";
        placed.push(boxAt(shift));
      });
    },
  });
})(window.circle15);
