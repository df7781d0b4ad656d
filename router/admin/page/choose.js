  // Which cutovers are shown: those that fit what is looked for, a page of them at a time. Only what is shown is drawn.
  var perPage = 20, page = 0, kinds = {
    all: function () { return true; },
    attention: function (row) { return row.state.stage === "rolled_back" || row.state.stage === "held" || !!row.freeze || sidesWorse(row) || (row.blockers || []).some(function (block) { return block.verdict === "fail" || block.kind === "approval"; }); },
    moving: function (row) { return row.state.percent_shadow > 0 || (row.state.percent_new > 0 && row.state.percent_new < 100); },
    legacy: function (row) { return row.state.percent_new === 0 && !row.state.percent_shadow; },
    done: function (row) { return row.state.percent_new === 100; }
  };
  function sidesWorse(row) { return row["new"].requests > 0 && row["new"].error_percent > (row.legacy.error_percent || 0); }
  function fitting(all) {
    var word = byId("find").value.trim().toLowerCase(), kind = kinds[byId("which").value] || kinds.all;
    return all.filter(function (row) { return kind(row) && (!word || [row.name, row.from, row.to, row.lockstep || ""].join(" ").toLowerCase().indexOf(word) >= 0); });
  }
  function showChosen() {
    if (!last) return;
    var rows = fitting(last.cutovers), pages = Math.max(1, Math.ceil(rows.length / perPage));
    page = Math.min(page, pages - 1);
    var shown = rows.slice(page * perPage, (page + 1) * perPage), names = shown.map(function (row) { return row.name; });
    shown.forEach(function (row) { if (!cards[row.name]) cards[row.name] = makeCard(row); });
    if (JSON.stringify(names) !== JSON.stringify(order)) {
      fill(byId("cutovers"), names.map(function (name) { return cards[name].element; }));
      order = names;
      current = -1;
    }
    shown.forEach(function (row) { showCard(cards[row.name], row); });
    byId("pick").hidden = last.cutovers.length <= 5;
    say(byId("found"), rows.length === last.cutovers.length ? last.cutovers.length + " cutovers" : rows.length + " of " + last.cutovers.length + " cutovers");
    byId("nothing").hidden = rows.length > 0 || !last.cutovers.length;
    byId("pager").hidden = pages === 1;
    say(byId("place"), "page " + (page + 1) + " of " + pages);
    byId("before").disabled = page === 0;
    byId("after").disabled = page === pages - 1;
  }
  function turn(by) {
    var pages = last ? Math.ceil(fitting(last.cutovers).length / perPage) : 1, to = Math.min(Math.max(page + by, 0), pages - 1);
    if (to === page) return;
    page = to;
    showChosen();
    byId("cutovers-title").scrollIntoView();
  }
