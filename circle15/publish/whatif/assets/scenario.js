// What would be otherwise: sites opened, closed, resized. A scenario is never changed, only followed by another.
(function (circle15) {
  "use strict";

  /**
   * @typedef {Object} Opened
   * @property {number} key its number in this scenario
   * @property {string} service
   * @property {number} candidate
   * @property {string} name
   * @property {?number} capacity null where not known
   * @property {boolean} flagged
   *
   * @typedef {Object} Scenario
   * @property {string} name
   * @property {Opened[]} opened
   * @property {Object<string, true>} closed by facility id
   * @property {Object<string, number>} resized by facility id
   */

  const empty = (name) => ({ name, opened: [], closed: {}, resized: {}, next: 1 });

  // An id may be any text, that of a method of all objects too.
  circle15.has = (table, key) => Object.prototype.hasOwnProperty.call(table, key);

  const without = (table, key) => Object.fromEntries(Object.entries(table).filter(([own]) => own !== key));

  const steps = {
    rename: (now, name) => ({ ...now, name }),
    open: (now, site) => ({ ...now, opened: [...now.opened, { ...site, key: now.next }], next: now.next + 1 }),
    takeBack: (now, key) => ({ ...now, opened: now.opened.filter((site) => site.key !== key) }),
    change: (now, key, traits) => ({ ...now, opened: now.opened.map((site) => (site.key === key ? { ...site, ...traits } : site)) }),
    close: (now, id) => ({ ...now, closed: { ...now.closed, [id]: true }, resized: without(now.resized, id) }),
    reopen: (now, id) => ({ ...now, closed: without(now.closed, id) }),
    resize: (now, id, capacity) => ({ ...now, resized: { ...now.resized, [id]: capacity } }),
    restore: (now, id) => ({ ...now, resized: without(now.resized, id) }),
    clear: (now) => ({ ...empty(now.name), next: now.next }),
  };

  /** The scenarios of a session, one after the other, and the place where one stands among them. */
  class History {
    constructor(name) {
      this.all = [empty(name)];
      this.at = 0;
    }

    get now() {
      return this.all[this.at];
    }

    /** Take a step: its name in `steps`, and what it asks for. */
    take(step, ...facts) {
      const next = steps[step](this.now, ...facts);
      this.all = [...this.all.slice(0, this.at + 1), next];
      this.at += 1;
      return next;
    }

    get canUndo() {
      return this.at > 0;
    }

    get canRedo() {
      return this.at < this.all.length - 1;
    }

    undo() {
      if (this.canUndo) this.at -= 1;
    }

    redo() {
      if (this.canRedo) this.at += 1;
    }
  }

  circle15.History = History;
  circle15.changesOf = (scenario) => scenario.opened.length + Object.keys(scenario.closed).length + Object.keys(scenario.resized).length;
})(window.circle15);
