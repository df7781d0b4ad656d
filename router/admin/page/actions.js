  function done(change) {
    if (!change.changed) return message(change.cutover + " is at " + change.after.text + " already; nothing changed.");
    message(change.cutover + ": " + change.before.text + " → " + change.after.text + "." +
      (change.persisted && change.persisted !== "journal" ? " In effect; the journal could not take it, it is kept in: " + change.persisted + "." : "") +
      (change.reverse ? " To reverse: " + change.reverse : ""));
  }
  function act(name, verb, body) {
    return call("POST", "api/v1/cutovers/" + encodeURIComponent(name) + "/" + verb, body || {}).then(done).catch(failed);
  }
  // One click: nothing is asked, because going back is always safe.
  function rollback(name) {
    mayAct().then(function (may) { if (may) act(name, "rollback", { why: "rolled back from the page" }); });
  }
  function hold(name) {
    mayAct().then(function (may) { if (may) act(name, cards[name].hold.dataset.held ? "resume" : "hold"); });
  }
  function confirm(title, body, okText, asksWhy) {
    say(byId("confirm-title"), title);
    fill(byId("confirm-body"), body);
    say(byId("confirm-ok"), okText || "");
    byId("confirm-ok").hidden = !okText;
    byId("why-label").hidden = !asksWhy || !okText;
    byId("why").value = "";
    return ask(byId("confirm")).then(function (chosen) { return chosen === "ok"; });
  }
  function previewLines(preview) {
    var lines = [h("p", {}, h("b", {}, preview.before.text), " → ", h("b", {}, preview.after.text))];
    var shift = preview.callers_percent;
    lines.push(h("p", {}, shift === 0 ? "No caller changes sides" + (preview.after.percent_shadow > 0 ? "; " + percent(preview.after.percent_shadow) + " of requests are copied to the new side." : ".")
      : (shift > 0 ? "Adds " : "Takes away ") + percent(Math.abs(shift)) + " of the callers: about " + count(Math.abs(preview.requests_moved)) + " of the " +
        count(preview.requests_seen) + " requests of the last " + preview.window_s + " s."));
    var blocks = preview.never_forced.concat(preview.blocks.filter(function (b) { return preview.never_forced.indexOf(b) < 0; }));
    if (preview.refused) lines.push(h("p", { "class": "worse" }, "It cannot be done: " + preview.refused));
    if (blocks.length) {
      var list = h("ul", { "class": "gate" });
      blocks.forEach(function (block) { list.append(h("li", { "class": "no" }, block)); });
      lines.push(h("h4", {}, "What blocks it"), list);
    }
    if (!preview.refused && !blocks.length) lines.push(h("p", {}, "✓ Nothing blocks it."));
    return { body: lines, free: !preview.refused && !blocks.length, forcible: !preview.refused && !preview.never_forced.length };
  }
  function promote(name) {
    mayAct().then(function (may) {
      if (!may) return;
      return call("GET", "api/v1/cutovers/" + encodeURIComponent(name) + "/preview?verb=promote").then(function (preview) {
        var lines = previewLines(preview), ok = lines.free ? "Promote" : lines.forcible ? "Force it (needs a reason)" : "";
        return confirm("Promote " + name, lines.body, ok, true).then(function (yes) {
          if (yes) return act(name, "promote", lines.free ? { why: byId("why").value } : { why: byId("why").value, force: true });
        });
      }).catch(failed);
    });
  }

  function groupElement(card, group) {
    var sample = group.sample, element = h("div", { "class": "group" });
    var line = h("p", {}, h("code", {}, group.path), h("span", {}, group.kind), h("span", {}, count(group.count) + " of " + count(group.compared) + " " + group.request + " (" + percent(100 * group.rate) + ")"));
    if (group.path[0] === "$") line.append(button("Ignore …", function () { ignore(card.name, group.path); }, { "class": "act small", "data-path": group.path }));
    element.append(line, h("p", { "class": "hint" }, "first " + group.first_seen + ", last " + group.last_seen + (group.noisy_path ? "; noisy here, but never like this" : "")),
      h("div", { "class": "pair" }, h("div", {}, "legacy", h("pre", {}, sample.legacy)), h("div", {}, "new", h("pre", {}, sample["new"]))),
      h("details", {}, h("summary", {}, "A sample pair: " + sample.request), h("div", { "class": "pair" },
        h("div", {}, "legacy, " + sample.legacy_status, h("pre", {}, sample.legacy_body)), h("div", {}, "new, " + sample.new_status, h("pre", {}, sample.new_body))),
        h("p", { "class": "hint" }, "trace " + sample.trace_id)));
    return element;
  }
  function showDifferences(card) {
    call("GET", "api/v1/cutovers/" + encodeURIComponent(card.name) + "/diff").then(function (diff) {
      var report = diff.report;
      if (!report) return fill(card.groups, [h("p", { "class": "hint" }, "Nothing was compared yet.")]);
      var text = JSON.stringify(report.groups);
      if (card.groupsText === text) return;
      card.groupsText = text;
      var counts = report.counts;
      fill(card.groups, [h("p", { "class": "hint" }, count(counts.equal) + " equal, " + count(counts.different) + " different (99 % bounds " + percent(100 * counts.different_rate_low) + " to " +
        percent(100 * counts.different_rate_high) + "), " + count(counts.explained_by_noise) + " explained by noise.")].concat(report.groups.map(function (group) { return groupElement(card, group); })));
      showMe();
    }, failed);
  }
  // First what would be written, then, when confirmed, the writing.
  function ignore(name, path) {
    var target = "api/v1/cutovers/" + encodeURIComponent(name) + "/ignore";
    mayAct().then(function (may) {
      if (!may) return;
      return call("POST", target, { path: path, apply: false }).then(function (proposal) {
        return confirm("Ignore " + path, [h("p", {}, "Answers of " + name + " that differ there count as equal from then on. This goes into ", h("code", {}, proposal.file), ", line " + proposal.line + ":"),
          h("pre", {}, "+ " + proposal.inserted.trim())], "Write and reload", true).then(function (yes) {
          if (!yes) return;
          return call("POST", target, { path: path, apply: true, why: byId("why").value }).then(function (answer) {
            message("Written to " + answer.file + ", line " + answer.line + ": " + answer.inserted.trim() + ". The configuration was reloaded; the count of differences starts over.");
          });
        });
      }).catch(failed);
    });
  }
