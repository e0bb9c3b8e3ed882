// All cells on one canvas, redrawn when the map comes to rest; between, the canvas is moved and scaled with the map.
(function (circle15) {
  "use strict";

  circle15.CellLayer = L.Layer.extend({
    initialize(cells) {
      this.cells = cells;
      this.colours = null;
    },

    onAdd(map) {
      this.canvas = L.DomUtil.create("canvas", "c15-cells leaflet-zoom-animated");
      map.getPane("c15-cells").appendChild(this.canvas);
      this.draw();
    },

    onRemove() {
      this.canvas.remove();
    },

    getEvents() {
      const events = { moveend: this.draw, resize: this.draw };
      if (this._map.options.zoomAnimation) events.zoomanim = this.follow;
      return events;
    },

    // Colour per cell as an index into `palette`; -1 leaves a cell out.
    paint(colours, palette) {
      this.colours = colours;
      this.palette = palette;
      if (this._map) this.draw();
    },

    follow(event) {
      const scale = this._map.getZoomScale(event.zoom, this.zoom);
      const corner = this._map._latLngBoundsToNewLayerBounds(this.bounds, event.zoom, event.center).min;
      L.DomUtil.setTransform(this.canvas, corner, scale);
    },

    draw() {
      if (!this.colours) return;
      const map = this._map;
      const ratio = window.devicePixelRatio || 1;
      const size = map.getSize();
      const margin = size.multiplyBy(0.15).round();
      const full = size.add(margin.multiplyBy(2));
      const corner = map.containerPointToLayerPoint(margin.multiplyBy(-1));
      L.DomUtil.setTransform(this.canvas, corner, 1);
      this.canvas.width = full.x * ratio;
      this.canvas.height = full.y * ratio;
      this.canvas.style.width = full.x + "px";
      this.canvas.style.height = full.y + "px";
      this.zoom = map.getZoom();
      this.bounds = L.latLngBounds(map.layerPointToLatLng(corner), map.layerPointToLatLng(corner.add(full)));
      const context = this.canvas.getContext("2d");
      context.scale(ratio, ratio);
      const origin = map.getPixelOrigin().add(corner);
      this.palette.forEach((colour, index) => this.fillColour(context, colour, index, origin, full));
    },

    // One path per colour: no seams between neighbours, and few calls.
    fillColour(context, colour, index, origin, full) {
      const { quads, count } = this.cells;
      const scale = Math.pow(2, this.zoom);
      context.beginPath();
      for (let i = 0; i < count; i += 1) {
        if (this.colours[i] !== index) continue;
        const x = quads[8 * i] * scale - origin.x;
        const y = quads[8 * i + 1] * scale - origin.y;
        if (x < -200 || y < -200 || x > full.x + 200 || y > full.y + 200) continue;
        context.moveTo(x, y);
        for (let k = 2; k < 8; k += 2) context.lineTo(quads[8 * i + k] * scale - origin.x, quads[8 * i + k + 1] * scale - origin.y);
        context.closePath();
      }
      context.fillStyle = colour;
      context.fill();
      // A hair of the same colour closes the gap to neighbours of another.
      context.strokeStyle = colour;
      context.lineWidth = 0.4;
      context.stroke();
    },
  });
})(window.circle15);
