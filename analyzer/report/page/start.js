  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target === search) {
      if (event.key === "Escape") { search.value = ""; filter(); search.blur(); }
      if (event.key === "Enter") { search.blur(); move(1); }
      return;
    }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.key !== "Escape") return;
    if (event.key === "/") { event.preventDefault(); search.focus(); search.select(); }
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "t") changeTheme();
    else if (event.key === "Escape" && !panel.hidden) closePanel();
    else if (event.key === "Escape" && search.value) { search.value = ""; filter(); }
    else if (event.key === "Enter" && current >= 0 && document.activeElement === items[current]) {
      event.preventDefault();
      toggle(items[current]);
    }
  });
  search.addEventListener("input", filter);
  byId("theme").addEventListener("click", changeTheme);
  window.addEventListener("hashchange", openTarget);
  // Paper is light, and canvases are drawn before the style sheet for print holds.
  var themeOnScreen = null;
  window.addEventListener("beforeprint", function () {
    themeOnScreen = root.getAttribute("data-theme");
    root.setAttribute("data-theme", "light");
    drawAgain();
    document.querySelectorAll(".finding").forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    if (themeOnScreen === null) root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", themeOnScreen);
    drawAgain();
  });
  if (byId("matrix")) startMatrix(byId("matrix"));
  if (byId("files")) startFiles(byId("files"));
  letAllScroll();
  window.addEventListener("resize", letAllScroll);
  document.addEventListener("DOMContentLoaded", openTarget);  // a seam opens with its body, which stands behind this script
  performance.mark("banyan-interactive");
})();
