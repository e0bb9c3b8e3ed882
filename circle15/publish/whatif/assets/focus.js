// Whoever works by keyboard stays where they are when what they stand on is made anew.
(function (circle15) {
  "use strict";

  const ALL = "button:not(:disabled), input, select";
  const OF_ROW = "[data-key], [data-facility], [data-candidate], [data-town]";

  // What an element is to its reader: the row that it is of, and which of its elements.
  function markOf(element) {
    const row = element.closest(OF_ROW);
    const kind = [element.tagName, element.type, element.id, element.className, element.name];
    return JSON.stringify([row && { ...row.dataset }, ...kind, element.type === "radio" ? element.value : ""]);
  }

  /**
   * Do something that makes elements of `parent` anew, and focus what was focused: the same element, or where that has
   * gone the first of its list.
   */
  circle15.keepingFocus = function (parent, act) {
    const held = document.activeElement;
    if (!parent.contains(held) || held === parent) return act();
    const [mark, around] = [markOf(held), held.closest("ul[id], [role=tabpanel]")];
    act();
    if (held.isConnected) return undefined;
    const list = around && document.getElementById(around.id);
    const again = [...parent.querySelectorAll(ALL)].find((each) => markOf(each) === mark) || (list && list.querySelector(ALL));
    if (again) again.focus({ preventScroll: true });
    return undefined;
  };
})(window.circle15);
