// Names and badges on the map that never cover one another: the more important is placed first.
(function (circle15) {
  "use strict";

  // Where its own place is taken, a label moves a line up or down before it gives way.
  const SHIFTS = [0, -20, 20];

  function marker(label) {
    const html = circle15.element("span", { class: "c15-label c15-label-" + label.kind, text: label.text });
    const icon = L.divIcon({ className: "c15-anchor", html, iconSize: null });
    return { label, html, layer: L.marker(label.at, { icon, interactive: false, keyboard: false, pane: "c15-names" }) };
  }

  function overlaps(a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }

  circle15.Labels = L.LayerGroup.extend({
    onAdd(map) {
      L.LayerGroup.prototype.onAdd.call(this, map);
      map.on("zoomend viewreset resize", this.arrange, this);
      this.arrange();
    },

    onRemove(map) {
      map.off("zoomend viewreset resize", this.arrange, this);
      L.LayerGroup.prototype.onRemove.call(this, map);
    },

    // labels: [{text, at, kind, minZoom}], the most important first.
    show(labels) {
      this.clearLayers();
      this.markers = labels.map(marker);
      this.markers.forEach((made) => this.addLayer(made.layer));
      this.arrange();
    },

    arrange() {
      if (!this._map || !this.markers) return;
      const zoom = this._map.getZoom();
      const sizes = this.markers.map(({ html }) => [html.offsetWidth, html.offsetHeight]);
      const placed = [];
      this.markers.forEach(({ label, html }, i) => {
        const point = this._map.latLngToLayerPoint(label.at);
        const [w, h] = [sizes[i][0] / 2 + 3, sizes[i][1] / 2 + 1];
        const boxAt = (dy) => ({ left: point.x - w, right: point.x + w, top: point.y + dy - h, bottom: point.y + dy + h });
        const free = (dy) => !placed.some((other) => overlaps(boxAt(dy), other));
        const shift = zoom < (label.minZoom || 0) ? undefined : SHIFTS.find(free);
        html.classList.toggle("c15-hidden", shift === undefined);
        if (shift === undefined) return;
        html.style.marginTop = shift + "px";
        placed.push(boxAt(shift));
      });
    },
  });
})(window.circle15);
