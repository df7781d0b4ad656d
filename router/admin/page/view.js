  // One card per cutover, made once and updated in place.
  var cards = {}, order = [], current = -1, last = null;

  function button(text, act, attributes) {
    return h("button", Object.assign({ type: "button", on: act, "class": "act" }, attributes || {}), text);
  }
  function sideRow(kind, label) {
    var cells = ["", "", "", "", ""].map(function () { return h("td", { "class": "num" }); });
    return { row: h("tr", {}, h("th", { scope: "row" }, h("i", { "class": "key " + kind[0] }), label), cells[0], cells[1], cells[2], cells[3], cells[4]), cells: cells };
  }
  function makeCard(row) {
    var name = row.name, card = { name: name, differences: "" };
    var id = "cutover-" + name;
    card.state = h("span", { "class": "state" });
    card.promote = button("Promote …", function () { promote(name); }, { "data-verb": "promote" });
    card.weight = button("Weight …", function () { setWeight(name); }, { "data-verb": "set-weight" });
    card.approve = button("Approve …", function () { approve(name); }, { "data-verb": "approve" });
    card.hold = button("Hold …", function () { hold(name); }, { "data-verb": "hold" });
    card.freeze = button("Freeze …", function () { freeze(name); }, { "data-verb": "freeze" });
    card.rollback = button("Roll back", function () { rollback(name); }, { "class": "act danger", "data-verb": "rollback" });
    card.fresh = h("i", { "class": "n" });
    card.old = h("i", { "class": "l" });
    card.freshWords = h("span", {});
    card.oldWords = h("span", {});
    card.track = h("ol", { "class": "track", "aria-label": "Stages of " + name });
    card.sides = [sideRow("legacy", row.from + " (legacy)"), sideRow("new", row.to + " (new)")];
    card.gate = h("ul", { "class": "gate" });
    card.gateTitle = h("h4", {});
    card.summary = h("span", {});
    card.groups = h("div", {});
    card.details = h("details", {}, h("summary", {}, card.summary), card.groups);
    card.details.addEventListener("toggle", function () { if (card.details.open) showDifferences(card); });
    card.element = h("article", { "class": "card", id: id, tabindex: "-1", "aria-labelledby": id + "-title" },
      h("header", {}, h("h3", { id: id + "-title" }, name), card.state, h("span", { "class": "way" }, row.from + " → " + row.to),
        h("span", { "class": "actions" }, card.promote, card.weight, card.approve, card.hold, card.freeze, card.rollback)),
      h("div", { "class": "split", "aria-hidden": "true" }, card.fresh, card.old),
      h("div", { "class": "splitwords" }, card.freshWords, card.oldWords), card.track,
      h("div", { "class": "body" },
        h("div", {}, h("table", {}, h("thead", {}, h("tr", {}, h("th", {}, h("span", {}, "Side")), h("th", { "class": "num" }, "req/s"), h("th", { "class": "num" }, "errors"),
          h("th", { "class": "num" }, "p50"), h("th", { "class": "num" }, "p95"), h("th", { "class": "num" }, "p99"))), h("tbody", {}, card.sides[0].row, card.sides[1].row))),
        h("div", {}, card.gateTitle, card.gate)),
      card.details);
    return card;
  }
  function showSides(card, row) {
    [row.legacy, row["new"]].forEach(function (side, i) {
      var cells = card.sides[i].cells, other = i === 1 ? row.legacy : null;
      say(cells[0], side.per_second.toFixed(1));
      say(cells[1], percent(side.error_percent));
      say(cells[2], ms(side.p50_us));
      say(cells[3], ms(side.p95_us));
      say(cells[4], ms(side.p99_us));
      cells[1].classList.toggle("worse", !!other && side.error_percent > (other.error_percent || 0));
      cells[4].classList.toggle("worse", !!other && other.p99_us !== null && side.p99_us > 1.2 * other.p99_us);
    });
  }
  function showTrack(card, row) {
    var text = JSON.stringify(row.track) + row.state.text;
    if (card.trackText === text) return;
    card.trackText = text;
    fill(card.track, row.track.map(function (step) {
      var more = (step.leave_when || []).concat((step.approve || []).map(function (who) { return "entered with approval of " + who; }));
      if (step.automatic) more.push("goes on by itself");
      var item = h("li", { "class": step.place, title: more.length ? step.text + ": " + more.join(", ") : null }, h("span", {}, step.text));
      if (step.place === "now") item.setAttribute("aria-current", "step");
      return item;
    }));
  }
  function showGate(card, row) {
    var note = row.state.stage === "rolled_back" && row.state.rolled_back, blocks = row.blocks || [];
    var lines = blocks.map(function (block) { return ["no", block]; });
    if (note) lines.unshift(["no", "rolled back by " + note.by + ", " + note.at + (note.reason ? ": " + note.reason : "")]);
    if (!blocks.length && row.next) lines.push(["ok", row.automatic ? "nothing; it goes on by itself" : "nothing"]);
    if (row.freeze && !blocks.length) lines.push(["no", row.freeze.words]);
    if (!row.next) lines.push(["ok", "the plan is done"]);
    say(card.gateTitle, row.next ? (note ? "Rolled back; what blocks " : "What blocks ") + row.next : "Plan");
    var text = JSON.stringify(lines);
    if (card.gateText === text) return;
    card.gateText = text;
    fill(card.gate, lines.map(function (line) { return h("li", { "class": line[0] }, line[1]); }));
  }
  function showCard(card, row) {
    var state = row.state, on = state.percent_new;
    card.row = row;
    say(card.state, state.text + (row.in_step_ms && state.effective_stage !== "legacy" ? " · " + lasting(row.in_step_ms) : ""));
    card.state.className = "state" + (state.stage === "rolled_back" ? " bad" : on > 0 ? " on" : "");
    card.fresh.style.width = on + "%";
    card.old.style.width = (100 - on) + "%";
    fillWords(card.freshWords, "new ", percent(on) + " of callers", state.percent_shadow ? ", and " + percent(state.percent_shadow) + " of requests copied" : "");
    fillWords(card.oldWords, "legacy ", percent(100 - on), "");
    showTrack(card, row);
    showSides(card, row);
    showGate(card, row);
    verbOf(card.hold, state.stage === "held" ? "resume" : "hold");
    verbOf(card.freeze, row.freeze ? "thaw" : "freeze");
    idle(card.promote, !row.next || state.stage === "held", state.stage === "held" ? "held: resume first" : "the plan is done");
    idle(card.rollback, !(on > 0 || state.percent_shadow > 0 || state.stage === "held"), "already at legacy");
    idle(card.weight, state.stage === "held" || state.stage === "retired", state.stage === "held" ? "held: resume first" : "retired: nothing moves any more");
    card.approve.hidden = !approvalsOf(row).length;
    idle(card.approve, false, "");
    idle(card.freeze, false, "");
    idle(card.hold, state.stage === "rolled_back" || state.stage === "retired", "nothing to hold");
    var shadow = row.shadow;
    var text = shadow ? count(shadow.different) + " differences in " + count(shadow.equal + shadow.different) + " compared" : "";
    fillWords(card.summary, "Differences: ", text || "nothing compared yet", "");
    if (card.details.open && card.shown !== text) showDifferences(card);
    card.shown = text;
  }
  function fillWords(element, before, strong, after) {
    if (element.textContent !== before + strong + after) fill(element, [before, h("b", {}, strong), after]);
  }
  function idle(button, is, why) {
    button.dataset.idle = is ? "1" : "";
    button.dataset.title = is ? why : "";
    button.disabled = is || me.role === "view";
    button.title = me.role === "view" ? "your token may look, not change anything" : is ? why : "";
  }
  var verbWords = { hold: "Hold …", resume: "Resume …", freeze: "Freeze …", thaw: "Thaw …" };
  function verbOf(button, verb) {
    button.dataset.verb = verb;
    say(button, verbWords[verb]);
  }
  function showProblems(state) {
    var lines = state.problems.map(function (text) { return h("li", {}, h("b", {}, "Problem: "), text); })
      .concat(state.warnings.map(function (text) { return h("li", { "class": "warning" }, h("b", {}, "Warning: "), text); }));
    var text = JSON.stringify([state.problems, state.warnings]);
    if (showProblems.text === text) return;
    showProblems.text = text;
    byId("problems").hidden = !lines.length;
    byId("problems").classList.toggle("mild", !state.problems.length);
    fill(byId("problems"), lines);
  }
  function showFigures(state) {
    var moving = state.cutovers.filter(function (row) { return row.state.percent_new > 0 && row.state.percent_new < 100; }).length;
    var whole = state.cutovers.filter(function (row) { return row.state.percent_new === 100; }).length;
    var figures = [[percent(state.percent_of_requests), "of requests answered by new sides"], [percent(state.percent_of_callers), "of callers moved, mean of cutovers"],
      [whole + " of " + state.cutovers.length, "cutovers wholly on the new side"], [String(moving), "between the sides now"]];
    var all = byId("figures");
    if (!all.children.length) fill(all, figures.map(function () { return h("div", { "class": "figure" }, h("b", {}), h("span", {})); }));
    figures.forEach(function (figure, i) {
      say(all.children[i].children[0], figure[0]);
      say(all.children[i].children[1], figure[1]);
    });
  }
  function show(state) {
    last = state;
    showChosen();
    byId("none").hidden = state.cutovers.length > 0;
    say(byId("window"), "Figures of the last " + state.window_s + " s.");
    verbOf(byId("freeze-all"), state.freeze ? "thaw" : "freeze");
    say(byId("freeze-all"), state.freeze ? "Thaw all …" : "Freeze all …");
    byId("frozen").hidden = !state.freeze;
    if (state.freeze) say(byId("frozen"), "Every cutover is " + state.freeze.words + ".");
    showProblems(state);
    showFigures(state);
    if (state.router) say(byId("about"), "banyan-router " + state.router.version + " · serves " + state.router.listen + " · " + state.router.events + " ·");
    var moved = JSON.stringify([state.generation, state.cutovers.map(function (row) { return row.state; })]);
    if (show.moved !== moved) { show.moved = moved; showAudit(); showProgress(); }
  }

  function showAudit() {
    call("GET", "api/v1/audit?limit=50").then(function (audit) {
      say(byId("chain"), audit.ok ? audit.records + " records, the chain is whole." : "The chain is broken: " + (audit.problem || "") + (audit.first_bad ? ", first at record " + audit.first_bad : ""));
      fill(byId("audit"), audit.list.slice().reverse().map(function (record) {
        var words = stateWords(record.next), command = (record.evidence || {}).command;
        if (command === "approve") words = "approved as " + record.evidence.approved_as;
        if (command === "ignore") words = "ignores " + record.evidence.path;
        if (command === "freeze" || command === "thaw") words = command;
        return h("tr", {}, h("td", {}, record.time.replace("T", " ").replace(/\.\d+Z$/, " UTC")), h("td", {}, record.cutover === "*" ? "all" : record.cutover), h("td", {}, stateWords(record.previous)),
          h("td", {}, words), h("td", {}, record.who), h("td", {}, record.via || "–"), h("td", {}, record.why));
      }));
    }, function () {});
  }
  function stateWords(state) {
    if (!state || !state.stage) return "?";
    var stage = state.stage === "held" ? "held (" + (state.before_hold || "") + ")" : state.stage;
    return state.weight && state.stage !== "live" && state.stage !== "retired" ? stage + " " + state.weight / 100 + " %" : stage;
  }
  function showProgress() {
    call("GET", "api/v1/progress").then(function (progress) { fill(byId("progress"), chart(progress.points)); }, function () {});
  }
  function svg(tag, attributes, text) {
    var element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (text) element.textContent = text;
    return element;
  }
  function chart(points) {
    if (!points.length) return [h("p", { "class": "hint" }, "Nothing has moved yet.")];
    var wide = 1000, high = 180, left = 56, bottom = 26, top = 12;
    var from = Date.parse(points[0].time), to = Math.max(Date.now(), from + 1000);
    var x = function (time) { return left + (wide - left - 8) * (Math.min(Math.max(time, from), to) - from) / (to - from); };
    var y = function (value) { return top + (high - top - bottom) * (1 - value / 100); };
    var path = "M" + x(from) + " " + y(0);
    points.forEach(function (point) { path += "H" + x(Date.parse(point.time)).toFixed(1) + "V" + y(point.percent).toFixed(1); });
    path += "H" + x(to).toFixed(1);
    var now = points[points.length - 1].percent;
    var picture = svg("svg", { "class": "chart", viewBox: "0 0 " + wide + " " + high, role: "img", "aria-label": "Now " + percent(now) + ", after " + points.length + " changes. The table has every point." });
    [0, 50, 100].forEach(function (value) {
      picture.append(svg("line", { "class": "grid", x1: left, x2: wide - 8, y1: y(value), y2: y(value) }), svg("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, value + " %"));
    });
    picture.append(svg("path", { "class": "area", d: path + "V" + y(0) + "H" + x(from) + "Z" }), svg("path", { "class": "stroke", d: path }),
      svg("text", { x: left, y: high - 7 }, new Date(from).toLocaleString()), svg("text", { x: wide - 8, y: high - 7, "text-anchor": "end" }, "now"));
    var rows = points.slice().reverse().map(function (point) {
      return h("tr", {}, h("td", {}, point.time), h("td", { "class": "num" }, percent(point.percent)), h("td", {}, point.cutover + ": " + point.to));
    });
    var table = h("table", {}, h("thead", {}, h("tr", {}, h("th", {}, "When"), h("th", { "class": "num" }, "Strangled"), h("th", {}, "Because of"))), h("tbody", {}));
    rows.forEach(function (row) { table.tBodies[0].append(row); });
    return [picture, h("details", {}, h("summary", {}, "The same as a table"), table)];
  }
