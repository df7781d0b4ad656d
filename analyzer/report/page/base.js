(function () {
  "use strict";
  var root = document.documentElement;
  var search = document.getElementById("search");
  var items = Array.prototype.slice.call(document.querySelectorAll(".item"));
  var texts = null;
  var current = -1;
  var redraw = [];  // called when the colours change

  function byId(id) { return document.getElementById(id); }
  function color(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }
  function dark() {
    var set = root.getAttribute("data-theme");
    return set ? set === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  }
  function drawAgain() { redraw.forEach(function (draw) { draw(); }); }
  function changeTheme() {
    root.setAttribute("data-theme", dark() ? "light" : "dark");
    drawAgain();
  }
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAgain);

  // JSON blocks are read when first needed: the big ones stand behind this script.
  var parsed = {};
  function block(id) {
    var element = byId(id);
    if (!(id in parsed) && element) parsed[id] = JSON.parse(element.textContent);
    return parsed[id];
  }
  function unpack(text, width) {
    var raw = atob(text), bytes = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    var view = new DataView(bytes.buffer), count = raw.length / width, out = width === 4 ? new Uint32Array(count) : new Uint16Array(count);
    for (var k = 0; k < count; k++) out[k] = width === 4 ? view.getUint32(4 * k, true) : view.getUint16(2 * k, true);
    return out;
  }

  // Search: every word must occur in an item, opened or not. Sections without a match disappear.
  function textOf(item) {
    var text = item.textContent, bodies = block("bodies");
    [item].concat(Array.prototype.slice.call(item.querySelectorAll("[data-body]"))).forEach(function (one) {
      var body = one.getAttribute("data-body");
      if (body !== null && bodies) text += " " + bodies[body];
    });
    return text.toLowerCase();
  }
  function filter() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    texts = texts || items.map(textOf);
    var shown = 0;
    items.forEach(function (item, i) {
      item.hidden = !words.every(function (word) { return texts[i].indexOf(word) >= 0; });
      if (!item.hidden) shown++;
    });
    document.querySelectorAll("main > section").forEach(function (section) {
      var own = section.querySelectorAll(".item");
      var visible = section.querySelector(".item:not([hidden])");
      section.hidden = words.length > 0 && (own.length === 0 || !visible);
    });
    byId("nothing").hidden = words.length === 0 || shown > 0;
    current = -1;
  }
  function move(step) {
    var visible = items.filter(function (item) { return !item.hidden; });
    if (visible.length === 0) return;
    var at = visible.indexOf(items[current]);
    at = at < 0 ? (step > 0 ? 0 : visible.length - 1) : Math.min(visible.length - 1, Math.max(0, at + step));
    current = items.indexOf(visible[at]);
    visible[at].focus({ preventScroll: true });
    visible[at].scrollIntoView({ block: "nearest" });
    var top = visible[at].getBoundingClientRect().top;
    if (top < 70 && getComputedStyle(document.querySelector(".top")).position === "sticky") window.scrollBy(0, top - 70);
  }
  function toggle(item) {
    var details = item.tagName === "DETAILS" ? item : item.querySelector("details");
    var proof = item.querySelector(".proof");
    if (details) details.open = !details.open;
    else if (proof) proof.click();
  }

  // What scrolls sideways must scroll by keyboard too; what does not is no stop for Tab.
  function letScroll(box) {
    var scrolls = box.scrollWidth > box.clientWidth;
    if (scrolls === (box.tabIndex === 0)) return;
    if (!scrolls) return ["tabindex", "role", "aria-label"].forEach(function (name) { box.removeAttribute(name); });
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "scrolls sideways");
  }
  function letAllScroll() { document.querySelectorAll(".scroll, .body").forEach(letScroll); }

  // What is shown only when it is opened.
  function fill(details) {
    var body = details.getAttribute("data-body");
    if (body === null || details.querySelector(".body") || !block("bodies")) return;
    var inside = document.createElement("div");
    inside.className = "body";
    inside.innerHTML = block("bodies")[body];
    details.appendChild(inside);
  }
  document.addEventListener("toggle", function (event) {
    if (!event.target.open) return;
    fill(event.target);
    event.target.querySelectorAll(".body").forEach(letScroll);
  }, true);

  function openTarget() {
    var target = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") target.open = true;
    if (target) current = items.indexOf(target);
  }

  // Context map: pointing at a context lifts its lines.
  var map = document.querySelector(".map");
  if (map) map.querySelectorAll(".node").forEach(function (node) {
    function lift(on) {
      map.classList.toggle("picked", on);
      var n = node.getAttribute("data-n");
      map.querySelectorAll(".line.f" + n + ", .line.t" + n).forEach(function (line) { line.classList.toggle("near", on); });
    }
    node.addEventListener("pointerenter", function () { lift(true); });
    node.addEventListener("pointerleave", function () { lift(false); });
    node.addEventListener("focus", function () { lift(true); });
    node.addEventListener("blur", function () { lift(false); });
  });

