(function () {
  "use strict";
  var root = document.documentElement;
  var search = document.getElementById("search");
  var items = Array.prototype.slice.call(document.querySelectorAll(".item"));
  var texts = null;
  var current = -1;

  function dark() {
    var set = root.getAttribute("data-theme");
    return set ? set === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  }
  function changeTheme() {
    root.setAttribute("data-theme", dark() ? "light" : "dark");
    drawMatrix();
  }

  // Search: every word must occur in an item. Sections without a match disappear.
  function filter() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    texts = texts || items.map(function (item) { return item.textContent.toLowerCase(); });
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
    document.getElementById("nothing").hidden = words.length === 0 || shown > 0;
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
    if (top < 70) window.scrollBy(0, top - 70);
  }
  function toggle(item) {
    var details = item.tagName === "DETAILS" ? item : item.querySelector("details");
    if (details) details.open = !details.open;
  }
  function openTarget() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") target.open = true;
    if (target) current = items.indexOf(target);
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === search) {
      if (event.key === "Escape") { search.value = ""; filter(); search.blur(); }
      if (event.key === "Enter") { search.blur(); move(1); }
      return;
    }
    if (event.key === "/") { event.preventDefault(); search.focus(); search.select(); }
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "t") changeTheme();
    else if (event.key === "Escape" && search.value) { search.value = ""; filter(); }
    else if (event.key === "Enter" && current >= 0 && document.activeElement === items[current]) {
      event.preventDefault();
      toggle(items[current]);
    }
  });
  search.addEventListener("input", filter);
  document.getElementById("theme").addEventListener("click", changeTheme);
  window.addEventListener("hashchange", openTarget);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll(".finding").forEach(function (details) { details.open = true; });
  });
  openTarget();

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

  // File matrix. Column = user, row = used.
  var canvas = document.getElementById("matrix");
  var data = JSON.parse(document.getElementById("data").textContent);
  var counts = {};
  function drawMatrix() {
    if (!canvas) return;
    var n = data.names.length, side = canvas.width, pen = canvas.getContext("2d"), style = getComputedStyle(root);
    var scale = side / Math.max(1, n), size = Math.max(1.5, scale);
    pen.clearRect(0, 0, side, side);
    var start = 0;
    for (var i = 1; i <= n; i++) {
      if (i < n && data.groups[i] === data.groups[start]) continue;
      pen.fillStyle = style.getPropertyValue("--hover");
      pen.fillRect(start * scale, start * scale, (i - start) * scale, (i - start) * scale);
      pen.strokeStyle = style.getPropertyValue("--line");
      pen.strokeRect(start * scale, start * scale, (i - start) * scale, (i - start) * scale);
      start = i;
    }
    pen.fillStyle = style.getPropertyValue("--accent");
    for (var c = 0; c < data.cells.length; c += 3) {
      pen.globalAlpha = Math.min(1, 0.35 + Math.log(1 + data.cells[c + 2]) / 6);
      pen.fillRect(data.cells[c] * scale, data.cells[c + 1] * scale, size, size);
    }
    pen.globalAlpha = 1;
  }
  if (canvas) {
    for (var c = 0; c < data.cells.length; c += 3) counts[data.cells[c] + "," + data.cells[c + 1]] = data.cells[c + 2];
    drawMatrix();
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawMatrix);
    canvas.addEventListener("pointermove", function (event) {
      var box = canvas.getBoundingClientRect(), n = data.names.length;
      var user = Math.floor((event.clientX - box.left) / box.width * n), used = Math.floor((event.clientY - box.top) / box.height * n);
      if (!(user >= 0 && used >= 0 && user < n && used < n)) return;
      var count = counts[user + "," + used];
      document.getElementById("matrix-at").textContent =
        data.names[user] + " (" + data.contexts[data.groups[user]] + ") " +
        (user === used ? "itself" : (count ? "uses " : "does not use ") + data.names[used] + " (" + data.contexts[data.groups[used]] + ")" + (count ? ", " + count + " references" : ""));
    });
  }
})();
