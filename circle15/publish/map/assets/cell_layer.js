// All cells on one canvas, redrawn when the map comes to rest; between, the canvas is moved and scaled with the map.
(function (circle15) {
  "use strict";

  // A row of cells bends in Web Mercator; over this many the bend stays below a decimetre.
  const LONGEST = 24;
  // Pixels beyond the canvas within which a bent row may still show.
  const MARGIN = 50;
  // Half a pixel on each side: every pixel on a border is then filled wholly by one of the two, and no seam shows.
  const HAIR = 0.5;

  circle15.CellLayer = L.Layer.extend({
    initialize(cells, pane = "c15-cells") {
      this.cells = cells;
      this.pane = pane;
      this.colours = null;
    },

    onAdd(map) {
      this.canvas = L.DomUtil.create("canvas", "c15-cells leaflet-zoom-animated");
      map.getPane(this.pane).appendChild(this.canvas);
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

    // Colour or pattern per cell as an index into `palette`; -1 leaves a cell out.
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
      const ratio = circle15.ratio || window.devicePixelRatio || 1;
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

    // Neighbours of one colour in a row are one quad, and each quad a path of its own: a browser fills ten thousand
    // small convex shapes far sooner than one shape of ten thousand corners.
    fillColour(context, colour, index, origin, full) {
      const { quads, count } = this.cells;
      const scale = Math.pow(2, this.zoom);
      const x = (corner) => quads[corner] * scale - origin.x;
      const y = (corner) => quads[corner + 1] * scale - origin.y;
      context.fillStyle = colour;
      for (let first = 0; first < count; first += 1) {
        if (this.colours[first] !== index) continue;
        let last = first;
        while (last - first < LONGEST && this.colours[last + 1] === index && this.cells.adjoin(last)) last += 1;
        const [left, right] = [x(8 * first), x(8 * last + 2)];
        const [bottom, top] = [y(8 * first), y(8 * first + 6)];
        const seen = right > 0 && left < full.x && bottom > -MARGIN && top < full.y + MARGIN;
        if (seen) {
          context.beginPath();
          context.moveTo(left - HAIR, bottom + HAIR);
          context.lineTo(right + HAIR, y(8 * last + 2) + HAIR);
          context.lineTo(x(8 * last + 4) + HAIR, y(8 * last + 4) - HAIR);
          context.lineTo(x(8 * first + 6) - HAIR, top - HAIR);
          context.fill();
        }
        first = last;
      }
    },
  });
})(window.circle15);
