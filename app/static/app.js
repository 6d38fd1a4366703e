// Small comforts on top of pages that work without them. No state, no framework, no inline handlers.
(() => {
  "use strict";
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  document.documentElement.classList.add("js");

  // [data-copy="id"]: copy that element's text or value, and say so on the button.
  async function copy(button) {
    const source = document.getElementById(button.dataset.copy);
    if (!navigator.clipboard) return getSelection().selectAllChildren(source);
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    const label = one("span", button);
    const before = label.textContent;
    label.textContent = button.dataset.copied;
    return setTimeout(() => { label.textContent = before; }, 4000);
  }

  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest(selector);
    if (hit("[data-copy]")) copy(hit("[data-copy]"));
    if (hit("[data-dismiss]")) hit(".toast").remove();
    const opener = hit("[data-opens]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.opens).showModal();
    }
    if (hit("[data-print]")) window.print();
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-needs-tick]");
    if (form) waitForTicks(form);
  });

  // form[data-needs-tick]: its primary button rests until every required box is ticked.
  function waitForTicks(form) {
    const open = all("[type=checkbox][required]", form).some((box) => !box.checked);
    one(".btn-primary", form).disabled = open;
  }

  // form[data-ticked]: says how many rows are ticked; one tick in the heading stands for all of the page.
  function countTicks(form) {
    const rows = all("[name=ids]", form);
    const number = rows.filter((box) => box.checked).length;
    const label = one("[data-ticked-count]", form);
    const { one: single, more, all: everything } = label.dataset;
    const whole = one("[name=everything]", form)?.checked;
    label.textContent = whole ? everything : number === 1 ? single : more.replace("{n}", number);
    const heading = one("[data-tick-all]", form);
    heading.checked = number === rows.length;
    heading.indeterminate = number > 0 && number < rows.length;
  }
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-ticked]");
    if (!form) return;
    if (event.target.matches("[data-tick-all]")) for (const box of all("[name=ids]", form)) box.checked = event.target.checked;
    countTicks(form);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-ticked] [type=checkbox]")) event.preventDefault();
  });
  document.addEventListener("reset", (event) => {
    if (event.target.matches("[data-ticked]")) setTimeout(() => countTicks(event.target));
  });

  // form[data-draft="key"]: what is typed survives a reload or an expired session in this tab. A draft counts only while
  // the form still shows what it showed when the draft was begun, and ends when a page reports success.
  const typed = (form) => all("input, textarea, select", form).filter((field) => field.name && !/^(hidden|password|file|submit)$/.test(field.type));
  const ticks = (field) => /^(checkbox|radio)$/.test(field.type);
  const values = (form) => typed(form).map((field) => (ticks(field) ? field.checked : field.value));
  function keepDraft(form) {
    if (document.body.dataset.idle) return; // on a shared device nothing typed may wait for the next person
    const key = `draft:${form.dataset.draft}`;
    const shown = JSON.stringify(values(form));
    const draft = JSON.parse(sessionStorage.getItem(key) ?? "null");
    if (draft?.shown === shown) {
      typed(form).forEach((field, index) => { field[ticks(field) ? "checked" : "value"] = draft.values[index]; });
      form.closest("details")?.setAttribute("open", "");
    }
    const save = (sent) => sessionStorage.setItem(key, JSON.stringify({ shown, values: values(form), sent }));
    form.addEventListener("input", () => save(false));
    form.addEventListener("submit", () => save(true));
  }
  function forgetSentDrafts() {
    if (!one(".flash-success")) return;
    for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith("draft:"))) {
      if (JSON.parse(sessionStorage.getItem(key)).sent) sessionStorage.removeItem(key);
    }
  }

  // form[data-busy]: sent once, and its note says that the work goes on: for what may take longer than a second.
  function busy(form, is) {
    form.ariaBusy = is ? "true" : null;
    one("[data-busy-note]", form).hidden = !is;
  }
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-busy]")) return;
    if (event.target.ariaBusy) event.preventDefault();
    busy(event.target, true);
  });
  addEventListener("pageshow", () => {
    all("[data-busy]").forEach((form) => busy(form, false));
    all("[data-ticked]").forEach(countTicks);
  });

  // Single keys, only on pages that offer them, never while typing, and only while the person wants them (WCAG 2.1.4).
  const SWITCH = "single-keys";
  const wanted = () => one("[data-shortcuts]") && localStorage.getItem(SWITCH) !== "off";
  function walk(step) {
    const rows = all("[data-row]");
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
    if (next) (one("a, button", next) ?? next).focus();
  }
  function tick(row) {
    if (row) one("[name=ids]", row)?.click();
  }
  function press(key) {
    const row = document.activeElement.closest("[data-row]");
    (one(`[data-key="${key}"]`, row ?? document) ?? one(`[data-key="${key}"]`))?.click();
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const menu of all("details.menu[open]")) {
      menu.open = false;
      one("summary", menu).focus();
    }
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !wanted()) return;
    if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
    else if (event.key === "x") tick(document.activeElement.closest("[data-row]"));
    else if (event.key === "/") one("[type=search]")?.focus();
    else if (event.key === "?") one("#shortcuts")?.showModal();
    else if (/^[ace]$/.test(event.key)) press(event.key);
    else return;
    event.preventDefault();
  });

  const kept = new WeakSet();
  function greet() {
    all("form[data-needs-tick]").forEach(waitForTicks);
    all("form[data-ticked]").forEach(countTicks);
    for (const form of all("form[data-draft]").filter((found) => !kept.has(found))) {
      kept.add(form);
      keepDraft(form);
    }
  }
  const box = one("[data-shortcuts-switch]");
  if (box) {
    box.checked = localStorage.getItem(SWITCH) !== "off";
    box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
  }
  // body[data-idle="seconds"]: on a shared device, so long without a touch signs out; a touch keeps the session alive.
  function signOutWhenIdle(seconds) {
    let touched = Date.now();
    let told = touched;
    const touch = () => { touched = Date.now(); };
    for (const kind of ["pointerdown", "keydown", "wheel", "scroll", "input"]) addEventListener(kind, touch, { passive: true, capture: true });
    const watch = setInterval(() => {
      if (Date.now() - touched >= seconds * 1000) {
        clearInterval(watch);
        one('form[action="/sign-out"]').requestSubmit();
      } else if (touched > told) {
        told = Date.now();
        fetch("/me/sessions/alive", { method: "POST" });
      }
    }, 5000);
  }
  if (document.body.dataset.idle) signOutWhenIdle(Number(document.body.dataset.idle));

  forgetSentDrafts();
  greet();
  document.addEventListener("htmx:after:swap", greet);
})();
