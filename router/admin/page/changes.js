  // Every change: what it asks, what it shows before it is made, what it sends. Nothing here that the command line cannot do.
  function done(change) {
    if (!change.changed) return message(change.cutover + " is at " + change.after.text + " already; nothing changed.");
    var name = change.cutover === "*" ? "all cutovers" : change.cutover, mates = change.together_with || [];
    var same = JSON.stringify(change.before) === JSON.stringify(change.after);
    message(name + ": " + (same ? change.note : change.before.text + " → " + change.after.text) + "." +
      (mates.length ? " In lockstep: " + mates.join(", ") + "." : "") +
      (change.persisted && change.persisted !== "journal" ? " In effect; the journal could not take it, it is kept in: " + change.persisted + "." : "") +
      (change.reverse ? " To reverse: " + change.reverse : ""));
  }
  function pathOf(name, verb) { return name ? "api/v1/cutovers/" + encodeURIComponent(name) + "/" + verb : "api/v1/" + verb; }
  function act(name, verb, body) { return call("POST", pathOf(name, verb), body || {}).then(done).catch(failed); }
  // One click: nothing is asked, because going back is always safe.
  function rollback(name) {
    mayAct().then(function (may) { if (may) act(name, "rollback", { why: "rolled back from the page" }); });
  }

  function showView(view) {
    fill(byId("confirm-body"), view.body);
    say(byId("confirm-ok"), view.ok || "");
    byId("confirm-ok").hidden = !view.ok;
    byId("confirm-ok").disabled = !view.ok;  // Enter would press it unseen
    byId("why-label").hidden = !view.ok;
    byId("why").required = !!view.must;
    say(byId("why-words"), view.must ? "Why (needed; kept in the journal)" : "Why (kept in the journal)");
  }
  // Asks before a change. `fields` are inputs with a name; look(values) resolves to what would happen: {body, ok, must}, again
  // after each edit. Resolves to the values with `why`, or null.
  function decide(title, fields, look) {
    var seen = 0;
    function values() {
      var all = { why: byId("why").value };
      fields.forEach(function (field) { all[field.name] = field.type === "checkbox" ? field.checked : field.value.trim(); });
      return all;
    }
    function again() {
      var mine = ++seen;
      byId("confirm-ok").disabled = true;  // what is shown is not yet what would be done
      return look(values()).catch(function (error) {
        return { body: [h("p", { "class": "worse" }, error.message)], ok: "" };
      }).then(function (view) { if (mine === seen) showView(view); });
    }
    say(byId("confirm-title"), title);
    byId("why").value = "";
    fill(byId("confirm-fields"), fields.map(function (field) {
      field.addEventListener("input", again);
      return h("label", { "class": field.type === "checkbox" ? "check" : null }, field.type === "checkbox" ? field : field.dataset.label, field.type === "checkbox" ? " " + field.dataset.label : field);
    }));
    return again().then(function () { return ask(byId("confirm")); }).then(function (chosen) {
      ++seen;
      return chosen === "ok" ? values() : null;
    });
  }
  // Shows what would happen, and does it when told to: send(values).
  function change(title, fields, look, send) {
    return mayAct().then(function (may) {
      if (may) return decide(title, fields, look).then(function (values) { return values && send(values); });
    }).catch(failed);
  }
  function field(name, label, attributes) { return h("input", Object.assign({ name: name, "data-label": label, autocomplete: "off" }, attributes || {})); }
  function words(lines, ok, must) {
    return Promise.resolve({ body: lines.map(function (line) { return h("p", {}, line); }), ok: ok, must: must });
  }
  function preview(name, verb, percentage) {
    return call("GET", pathOf(name, "preview") + "?verb=" + encodeURIComponent(verb) + (percentage ? "&percent=" + encodeURIComponent(percentage) : ""));
  }

  function previewLines(seen) {
    var lines = [h("p", {}, h("b", {}, seen.before.text), " → ", h("b", {}, seen.after.text))], shift = seen.callers_percent;
    lines.push(h("p", {}, shift === 0 ? "No caller changes sides" + (seen.after.percent_shadow > 0 ? "; " + percent(seen.after.percent_shadow) + " of requests are copied to the new side." : ".")
      : (shift > 0 ? "Adds " : "Takes away ") + percent(Math.abs(shift)) + " of the callers: about " + count(Math.abs(seen.requests_moved)) + " of the " +
        count(seen.requests_seen) + " requests of the last " + seen.window_s + " s."));
    if (seen.refused) lines.push(h("p", { "class": "worse" }, "It cannot be done: " + seen.refused));
    return lines;
  }
  function promotion(seen) {
    var blocks = seen.never_forced.concat(seen.blocks.filter(function (b) { return seen.never_forced.indexOf(b) < 0; })), lines = previewLines(seen);
    if (blocks.length) lines.push(h("h3", {}, "What blocks it"), h("ul", { "class": "gate" }));
    blocks.forEach(function (block) { lines[lines.length - 1].append(h("li", { "class": "no" }, block)); });
    if (!seen.refused && !blocks.length) lines.push(h("p", {}, "✓ Nothing blocks it."));
    var forcible = !seen.refused && blocks.length && !seen.never_forced.length;
    return { body: lines, ok: seen.refused || seen.never_forced.length ? "" : forcible ? "Force it (needs a reason)" : "Promote", must: forcible };
  }
  function promote(name) {
    var full = field("full", "Straight to live, past the steps between", { type: "checkbox" }), forced = false;
    change("Promote " + name, [full], function (values) {
      return preview(name, values.full ? "promote --full" : "promote").then(function (seen) {
        var view = promotion(seen);
        forced = view.must;
        return view;
      });
    }, function (values) {
      var body = { why: values.why };
      if (values.full) body.full = true;
      if (forced) body.force = true;
      return act(name, "promote", body);
    });
  }
  function hold(name) {
    var verb = cards[name].row.state.stage === "held" ? "resume" : "hold";
    change((verb === "hold" ? "Hold " : "Resume ") + name, [], function () {
      return preview(name, verb).then(function (seen) {
        var lines = previewLines(seen);
        if (verb === "hold" && !seen.refused) lines.push(h("p", {}, "It stays where it is until it is resumed; nothing promotes it meanwhile."));
        return { body: lines, ok: seen.refused ? "" : verb === "hold" ? "Hold" : "Resume" };
      });
    }, function (values) { return act(name, verb, { why: values.why }); });
  }
  function setWeight(name) {
    var share = field("percent", "Percent of callers on the new side, above 0 and up to 100", { type: "number", min: "0.01", max: "100", step: "0.01", required: "", value: String(cards[name].row.state.percent_new || "") });
    change("Weight of " + name, [share], function (values) {
      if (!/^\d{1,3}(\.\d{1,2})?$/.test(values.percent) || Number(values.percent) <= 0 || Number(values.percent) > 100)
        return Promise.resolve({ body: [h("p", { "class": "worse" }, "Above 0, up to 100, in steps of 0.01.")], ok: "" });
      return preview(name, "set-weight", values.percent).then(function (seen) { return { body: previewLines(seen), ok: seen.refused ? "" : "Set the weight" }; });
    }, function (values) { return act(name, "set-weight", { percent: values.percent, why: values.why }); });
  }
  // The approvals that the next step still waits for; those of mates are given there.
  function approvalsOf(row) {
    return (row.blockers || []).filter(function (block) { return block.kind === "approval" && !block.mate; }).map(function (block) { return block.about; });
  }
  function approve(name) {
    var wanted = approvalsOf(cards[name].row);
    var as = h("select", { name: "as", "data-label": "Approve as" });
    wanted.forEach(function (who) { as.append(h("option", { value: who }, who)); });
    change("Approve " + cards[name].row.next + " of " + name, [as], function (values) {
      return words(["The plan asks for the approval of " + wanted.join(", ") + " before this step. It moves nothing by itself; it is kept in the journal as given by your token."], values.as ? "Approve as " + values.as : "");
    }, function (values) { return act(name, "approve", { as: values.as, why: values.why }); });
  }
  // `name` is "" for all cutovers.
  function freeze(name) {
    var frozen = name ? cards[name].row.freeze : last && last.freeze, whom = name || "all cutovers";
    if (frozen)
      return change("Thaw " + whom, [], function () { return words([whom + ": " + frozen.words + ".", "Promotions may go on from then on."], "Thaw"); },
        function (values) { return act(name, "thaw", { why: values.why }); });
    var until = field("until", "Until: a duration such as 12h, or a time such as 2026-12-24T08:00:00Z; empty: until it is thawed");
    return change("Freeze " + whom, [until], function () {
      var next = name ? cards[name].row.next : null;
      return words(["No promotion and no higher weight" + (next ? ", so not " + next + "," : "") + " until then, by nobody and by no plan. Hold, lower weights and every rollback stay free."], "Freeze", true);
    }, function (values) {
      var body = { why: values.why };
      if (values.until) body.until = values.until;
      return act(name, "freeze", body);
    });
  }
  function rollbackAll() {
    change("Roll back all cutovers", [], function () {
      var away = last ? last.cutovers.filter(function (row) { return row.state.percent_new > 0 || row.state.percent_shadow > 0 || row.state.stage === "held"; }) : [];
      return words([away.length ? "Back to legacy at once: " + away.map(function (row) { return row.name + " (" + row.state.text + ")"; }).join(", ") + "." : "Every cutover is at legacy already."], away.length ? "Roll back all" : "");
    }, function (values) {
      return call("POST", "api/v1/rollback-all", { why: values.why }).then(function (answer) {
        var moved = answer.changes.filter(function (each) { return each.changed; });
        message(moved.length + " of " + answer.changes.length + " cutovers rolled back: " + moved.map(function (each) { return each.cutover; }).join(", ") + ".");
      }).catch(failed);
    });
  }
  function reload() {
    change("Reload the configuration", [], function () {
      return words(["The router reads its file again. A file with a mistake is refused and nothing changes; no traffic moves either way."], "Reload");
    }, function (values) {
      return call("POST", "api/v1/reload", { why: values.why || "reload" }).then(function (answer) {
        message("Reloaded; " + answer.changes.length + " changes." + (answer.changes.length ? " " + answer.changes.join("; ") + "." : "") + (answer.warnings.length ? " Warning: " + answer.warnings.join("; ") : ""), answer.warnings.length > 0);
      }).catch(failed);
    });
  }
