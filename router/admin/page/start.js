  // The stream of snapshots. fetch() and not EventSource, because that one cannot show a token.
  var seenAt = 0, lastId = "", stream = null, pause = 500;

  function take(event) {
    var kind = "", data = "";
    event.split("\n").forEach(function (line) {
      if (line.slice(0, 6) === "event:") kind = line.slice(6).trim();
      else if (line.slice(0, 3) === "id:") lastId = line.slice(3).trim();
      else if (line.slice(0, 5) === "data:") data += line.slice(5).trim();
    });
    if (!data) return;
    var json = JSON.parse(data);
    if (json.at_ms) seenAt = performance.now();
    if (kind === "state") show(json.state);
    showAge();
  }
  function read(reader, decoder, rest) {
    return reader.read().then(function (piece) {
      if (piece.done) throw new Error("ended");
      var events = (rest + decoder.decode(piece.value, { stream: true })).split("\n\n");
      rest = events.pop();
      events.forEach(take);
      return read(reader, decoder, rest);
    });
  }
  function connect() {
    var mine = stream = new AbortController();
    fetch(here + "api/v1/events", { headers: headers(last && lastId ? { "Last-Event-ID": lastId } : {}), cache: "no-store", credentials: "omit", signal: mine.signal }).then(function (answer) {
      if (answer.status === 401) { whoAmI(); throw new Error("token"); }
      if (!answer.ok) throw new Error(String(answer.status));
      pause = 500;
      return read(answer.body.getReader(), new TextDecoder(), "");
    }).catch(function () {
      if (stream !== mine) return;
      setTimeout(function () { if (stream === mine) connect(); }, pause);
      pause = Math.min(2 * pause, 10000);
    });
  }
  function reconnect() {
    if (stream) stream.abort();
    pause = 500;
    connect();
  }
  function showAge() {
    var age = byId("age");
    if (!seenAt) { age.classList.toggle("stale", performance.now() > 5000); return say(age, performance.now() > 5000 ? "no answer from the router" : "connecting …"); }
    var seconds = Math.floor((performance.now() - seenAt) / 1000);
    age.classList.toggle("stale", seconds >= 5);
    say(age, seconds < 5 ? "live" : "stale: " + lasting(1000 * seconds) + " old");
  }

  function move(by) {
    if (!order.length) return;
    if (current + by >= order.length || (by < 0 && current === 0)) {
      var before = page;
      turn(by);
      if (page !== before) current = by > 0 ? -1 : order.length;
    }
    current = Math.min(Math.max(current + by, 0), order.length - 1);
    cards[order[current]].element.focus();
  }
  function focused() {
    var card = document.activeElement && document.activeElement.closest(".card");
    return card ? cards[order.filter(function (name) { return cards[name].element === card; })[0]] : null;
  }
  function dark() {
    var set = root.getAttribute("data-theme");
    return set ? set === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  }
  function changeTheme() { root.setAttribute("data-theme", dark() ? "light" : "dark"); }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    var card = focused();
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "t") changeTheme();
    else if (event.key === "/" && !byId("pick").hidden) byId("find").focus();
    else if (event.key === "n") turn(1);
    else if (event.key === "b") turn(-1);
    else if (!card) return;
    else if (event.key === "p" && !card.promote.disabled) promote(card.name);
    else if (event.key === "h" && !card.hold.disabled) hold(card.name);
    else if (event.key === "w" && !card.weight.disabled) setWeight(card.name);
    else if (event.key === "a" && !card.approve.hidden && !card.approve.disabled) approve(card.name);
    else if (event.key === "f" && !card.freeze.disabled) freeze(card.name);
    else if (event.key === "R" && !card.rollback.disabled) rollback(card.name);
    else if (event.key === "d") card.details.open = !card.details.open;
    else return;
    event.preventDefault();
  });
  document.addEventListener("focusin", function () {
    var card = focused();
    if (card) current = order.indexOf(card.name);
  });
  byId("theme").addEventListener("click", changeTheme);
  byId("find").addEventListener("input", function () { page = 0; showChosen(); });
  byId("which").addEventListener("change", function () { page = 0; showChosen(); });
  byId("pick").addEventListener("submit", function (event) { event.preventDefault(); });
  byId("before").addEventListener("click", function () { turn(-1); });
  byId("after").addEventListener("click", function () { turn(1); });
  byId("freeze-all").addEventListener("click", function () { freeze(""); });
  byId("rollback-all").addEventListener("click", rollbackAll);
  byId("reload").addEventListener("click", reload);
  byId("token").addEventListener("click", function () { askToken(); });
  setInterval(showAge, 1000);
  whoAmI();
  connect();
})();
