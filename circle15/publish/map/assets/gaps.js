// Cells where people live and no street is near: hatched, as the streets are probably missing there.
(function (circle15) {
  "use strict";

  const STEP = 7;

  circle15.gapColour = "#7a0f8c";

  // Slanting lines that go on from tile to tile.
  function hatch() {
    const tile = document.createElement("canvas");
    tile.width = tile.height = STEP;
    const context = tile.getContext("2d");
    context.strokeStyle = circle15.gapColour;
    context.lineWidth = 1.8;
    for (const shift of [-STEP, 0, STEP]) {
      context.moveTo(shift - 1, STEP + 1);
      context.lineTo(shift + STEP + 1, -1);
    }
    context.stroke();
    return context.createPattern(tile, "repeat");
  }

  circle15.gapLayer = function (cells) {
    const layer = new circle15.CellLayer(cells, "c15-gaps");
    layer.paint(Int8Array.from(cells.gap, (yes) => yes - 1), [hatch()]);
    return layer;
  };
})(window.circle15);
