// Words, and figures in words. All text reaches the page as text nodes, never as markup.
(function (circle15) {
  "use strict";

  let phrases = {};
  let locale = "zh-CN";

  circle15.speak = function (content) {
    phrases = content.words;
    locale = content.lang === "zh" ? "zh-CN" : "en";
  };

  // A sentence with its facts put in; a fact is never read as a template.
  circle15.say = function (name, facts) {
    const template = phrases[name] === undefined ? name : phrases[name];
    return template.replace(/\{(\w+)\}/g, (whole, key) => (facts && key in facts ? String(facts[key]) : whole));
  };

  // null is "no data", "inf" is unreachable: the two never look alike.
  function unlessMissing(value, show) {
    if (value === null || value === undefined) return circle15.say("no_data");
    if (value === "inf") return circle15.say("band_unreachable");
    return show(value);
  }

  function fixed(value, digits) {
    return value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }
  circle15.fixed = fixed;

  circle15.wholeNumber = (value) => unlessMissing(value, (n) => fixed(n, 0));
  circle15.percent = (value) => unlessMissing(value, (n) => fixed(100 * n, 1) + "%");
  circle15.points = (value) => unlessMissing(value, (n) => fixed(100 * n, 1));
  circle15.minutes = (value) => unlessMissing(value, (n) => circle15.say("minutes", { n: fixed(n, n > 30 ? 0 : 1) }));
  // Minutes with how one travels; where one cannot get there, it does not matter how.
  circle15.travel = (mode, value) =>
    typeof value === "number" ? circle15.say("travel_minutes", { mode: circle15.say("mode_" + mode), minutes: circle15.minutes(value) }) : circle15.minutes(value);
  circle15.distance = (value) =>
    unlessMissing(value, (m) =>
      m < 1000 ? circle15.say("metres", { n: fixed(m, 0) }) : circle15.say("kilometres", { n: fixed(m / 1000, 1) })
    );
  // Part of a person is somebody: a cell with 0.3 people is not shown as empty.
  circle15.fewPeople = (value) => (value > 0 && value < 10 ? fixed(value, 1) : fixed(value, 0));
})((window.circle15 = window.circle15 || {}));
