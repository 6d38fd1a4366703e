// The verification page: reads a receipt, checks it here, says what came out. Nothing is sent anywhere.
// The same file runs on the site and inside the page saved for offline use.
import { byKind, kindOf, stated, verdictOf, verify } from "./evidence.js";
import { read, readKeys } from "./receipt.js";

const one = (selector, within = document) => within.querySelector(selector);
const main = one("main");
const form = () => one("[data-verify]");
const words = () => JSON.parse(form().dataset.words);
const part = (name) => one(`template[data-part="${name}"]`, main).content.cloneNode(true);
const slot = (name, within) => one(`[data-slot="${name}"]`, within);
const worded = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => [values[name]].flat().join(", "));

const named = (values, say) => (values.kind ? { ...values, kind: say.kinds[values.kind].name } : values);

function checkLines(lines, checks, say) {
  const patterns = Object.fromEntries([...lines.children].map((line) => [line.dataset.outcome, line]));
  lines.replaceChildren(...checks.map((found) => {
    const line = patterns[found.outcome].cloneNode(true);
    line.dataset.check = found.check;
    slot("title", line).textContent = say.checks[found.check];
    slot("reason", line).textContent = worded(say.reasons[found.reason] ?? say.reasons.receipt_malformed, named(found.values, say));
    return line;
  }));
}

// A value as people read it: what a code is called depends on where it stands, as anywhere else it may be a name.
function spoken(path, value, say) {
  if (path.startsWith("evidence.") && value === "not_collected") return say.not_collected;
  return Object.hasOwn(say.values[path] ?? {}, value) ? say.values[path][value] : value;
}

function factLines(section, said, labels, receipt, say) {
  if (!said.length) return section.remove();
  const list = one("dl", section);
  const [term, value] = list.children;
  const shownIn = Object.hasOwn(say.values["evidence.language"], receipt.language) ? receipt.language : "";
  list.replaceChildren(...said.flatMap(([path, text]) => {
    const pair = [term.cloneNode(), value.cloneNode()];
    pair[0].textContent = labels[path];
    pair[1].textContent = spoken(path, text, say);
    if (path === "statement" && shownIn) pair[1].lang = shownIn;
    return pair;
  }));
}

function resultOf(receipt, checks) {
  const say = words();
  const result = part("result");
  const [verdict, kind] = [verdictOf(checks), say.kinds[kindOf(receipt, say.kinds)]];
  for (const flash of result.querySelectorAll("[data-verdict]")) if (flash.dataset.verdict !== verdict) flash.remove();
  const act = slot("act", result);
  if (act) act.textContent = kind.act;
  checkLines(one("[data-part=checks]", result), checks, say);
  const labels = { title: say.title, ...kind?.facts };
  for (const [name, said] of Object.entries(stated(receipt, say.kinds, checks))) {
    factLines(one(`[data-part=${name}]`, result), said, labels, receipt, say);
  }
  return result;
}

function problemOf(code) {
  const problem = part("problem");
  slot("problem", problem).textContent = words().problems[code];
  return problem;
}

function answer() {
  const keys = readKeys(form().elements.vkey.value);
  const receipt = JSON.parse(form().elements.receipt.value);
  return resultOf(receipt, verify(receipt, words().kinds, byKind(keys)));
}

async function check() {
  const { file, receipt } = form().elements;
  const given = file.files[0];
  try {
    const found = await read(given ? await given.text() : receipt.value);
    receipt.value = JSON.stringify(found, null, 2);
    file.value = "";
    show(answer());
  } catch (refused) {
    if (!refused.problem) throw refused;
    show(problemOf(refused.problem));
  }
}

function show(content) {
  const result = one("#result");
  result.replaceChildren(content);
  result.scrollIntoView();
  one(".flash", result).focus({ preventScroll: true });
}

// The content in the other language lies ready; what was typed and what came out move over.
function speak(language) {
  const ready = one(`template[data-language="${language}"]`);
  if (!ready) return;
  const typed = ["receipt", "vkey"].map((name) => [name, form().elements[name].value]);
  const answered = one("#result").hasChildNodes();
  const stored = document.createElement("template");
  stored.dataset.language = main.lang;
  stored.content.replaceChildren(...main.childNodes);
  main.replaceChildren(...ready.content.childNodes);
  ready.replaceWith(stored);
  one(".skip")?.setAttribute("lang", document.documentElement.lang);
  document.documentElement.lang = main.lang = language;
  document.title = form().dataset.title;
  for (const [name, value] of typed) form().elements[name].value = value;
  if (answered) check();
}

document.addEventListener("submit", (event) => {
  if (event.target === form()) check();
  else if (event.submitter?.name === "language") {
    speak(event.submitter.value);
    for (const button of event.target.elements) button.toggleAttribute("aria-current", button === event.submitter);
  } else return;
  event.preventDefault();
});

function readFragment() {
  if (location.hash.length < 40) return;
  form().elements.receipt.value = `/verify${location.hash}`;
  check();
}

addEventListener("hashchange", readFragment);
readFragment();
