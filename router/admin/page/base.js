(function () {
  "use strict";
  var root = document.documentElement;
  // Wherever a proxy has put the page: what it asks for lies beneath it.
  var here = location.pathname.replace(/[^/]*$/, function (last) { return last && last.indexOf(".") < 0 ? last + "/" : ""; });
  var store = window.sessionStorage, tokenKey = "banyan-token:" + here;
  var me = { name: "", role: "none" };

  function byId(id) { return document.getElementById(id); }
  // h("p", {class: "hint"}, "text", element ...)
  function h(tag, attributes) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      if (name === "on") element.addEventListener("click", attributes.on);
      else if (attributes[name] !== null && attributes[name] !== undefined) element.setAttribute(name, attributes[name]);
    });
    for (var i = 2; i < arguments.length; i++) if (arguments[i] !== null && arguments[i] !== undefined) element.append(arguments[i]);
    return element;
  }
  function fill(element, children) { element.replaceChildren.apply(element, children); }
  // Nothing is touched that is as it should be: focus, selection and screen readers stay undisturbed.
  function say(element, text) { if (element.textContent !== text) element.textContent = text; }

  function percent(value) { return value === null || value === undefined ? "–" : (Math.round(value * 100) / 100) + " %"; }
  function ms(us) { return us === null || us === undefined ? "–" : us < 1000 ? us + " µs" : us < 10000 ? (us / 1000).toFixed(1) + " ms" : Math.round(us / 1000) + " ms"; }
  function count(value) { return Number(value).toLocaleString("en"); }
  function lasting(msec) {
    var s = Math.floor(msec / 1000);
    return s < 60 ? s + " s" : s < 3600 ? Math.floor(s / 60) + " min" : s < 172800 ? Math.floor(s / 3600) + " h" : Math.floor(s / 86400) + " days";
  }

  function headers(more) {
    var all = Object.assign({ "Banyan-Via": "page" }, more || {});
    var token = store.getItem(tokenKey);
    if (token) all.Authorization = "Bearer " + token;
    return all;
  }
  // The answer's JSON; a problem is thrown as an Error with the status.
  function call(method, path, body) {
    return fetch(here + path, { method: method, headers: headers(body ? { "Content-Type": "application/json" } : {}),
      body: body ? JSON.stringify(body) : undefined, cache: "no-store", credentials: "omit" }).then(function (answer) {
      return answer.json().catch(function () { return {}; }).then(function (json) {
        if (answer.ok) return json;
        var error = new Error((json.title || "The router answered " + answer.status) + (json.detail ? ": " + json.detail : ""));
        error.status = answer.status;
        error.hint = json.hint;
        throw error;
      });
    });
  }

  function message(text, bad) {
    var line = byId("message");
    line.hidden = !text;
    line.className = "message" + (bad ? " bad" : "");
    say(line, text || "");
  }
  function failed(error) {
    message(error.message + (error.hint ? ". " + error.hint : ""), true);
    if (error.status === 401) askToken(error.message);
  }

  // A dialog's answer: the value of the button, or "" after Esc.
  function ask(dialog) {
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise(function (resolve) {
      dialog.addEventListener("close", function () { resolve(dialog.returnValue); }, { once: true });
    });
  }
  var asking = false, declined = false;
  function askToken(why) {
    if (asking) return Promise.resolve(false);
    asking = true;
    declined = false;
    say(byId("ask-why"), why || "Changing anything needs a token with the role operate.");
    byId("secret").value = "";
    return ask(byId("ask-token")).then(function (chosen) {
      asking = false;
      var secret = byId("secret").value.trim();
      byId("secret").value = "";
      if (chosen === "forget") store.removeItem(tokenKey);
      else if (chosen === "ok" && secret) store.setItem(tokenKey, secret);
      else { declined = true; return false; }
      message("");
      return whoAmI().then(function () { reconnect(); return me.role === "operate"; });
    });
  }
  function whoAmI() {
    return call("GET", "api/v1/whoami").then(function (answer) { me = answer; }, function (error) {
      me = { name: "", role: "none" };
      // Whoever said no is not asked again before the button is pressed.
      if (error.status === 401) { store.removeItem(tokenKey); if (!declined) askToken(error.message); }
    }).then(showMe);
  }
  function showMe() {
    say(byId("token"), me.role === "none" ? "Token …" : (me.name || "token") + " · " + me.role);
    document.querySelectorAll(".act").forEach(function (button) {
      button.disabled = me.role === "view" || button.dataset.idle === "1";
      button.title = me.role === "view" ? "your token may look, not change anything" : button.dataset.title || "";
    });
  }
  // Before anything is changed: a token that may. Asked for once.
  function mayAct() {
    if (me.role === "operate") return Promise.resolve(true);
    if (me.role === "view") { message("Your token may look, not change anything.", true); return Promise.resolve(false); }
    return askToken();
  }
