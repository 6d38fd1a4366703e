// The verification page: reads a receipt, checks it here, says what came out. Nothing is sent anywhere.
// The same file runs on the site and inside the page saved for offline use.
import { byKind, verify } from "./evidence.js";
import { read } from "./receipt.js";

const one = (selector, within = document) => within.querySelector(selector);
const main = one("main");
const form = () => one("[data-verify]");
const words = () => JSON.parse(form().dataset.words);
const part = (name) => one(`template[data-part="${name}"]`, main).content.cloneNode(true);
const slot = (name, within) => one(`[data-slot="${name}"]`, within);
const worded = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => [values[name]].flat().join(", "));

// A path like "evidence.name" names a value of the receipt; what is not there is not shown.
const at = (receipt, path) => path.split(".").reduce((inner, name) => inner?.[name], receipt);

function checkLines(lines, checks, say) {
  const patterns = Object.fromEntries([...lines.children].map((line) => [line.dataset.outcome, line]));
  lines.replaceChildren(...checks.map((found) => {
    const line = patterns[found.outcome].cloneNode(true);
    line.dataset.check = found.check;
    slot("title", line).textContent = say.checks[found.check];
    slot("reason", line).textContent = worded(say.reasons[found.reason] ?? say.reasons.receipt_malformed, found.values);
    return line;
  }));
}

function factLines(list, receipt, say) {
  const [term, value] = list.children;
  const recorded = say.recorded[at(receipt, "evidence.method")] ?? {};
  list.replaceChildren(...say.facts.flatMap(([path, label]) => {
    const found = at(receipt, path);
    if (typeof found !== "string" || found === "") return [];
    const pair = [term.cloneNode(), value.cloneNode()];
    pair[0].textContent = recorded[path] ?? label;
    pair[1].textContent = say.values[found] ?? found;
    return pair;
  }));
}

function verdictOf(checks) {
  if (checks.some((found) => found.outcome === "fail")) return "fails";
  return checks.some((found) => found.reason === "key_from_receipt") ? "consistent" : "holds";
}

function resultOf(receipt, checks) {
  const say = words();
  const result = part("result");
  const verdict = verdictOf(checks);
  for (const flash of result.querySelectorAll("[data-verdict]")) if (flash.dataset.verdict !== verdict) flash.remove();
  checkLines(one("[data-part=checks]", result), checks, say);
  factLines(one("[data-part=facts]", result), receipt, say);
  const statement = slot("statement", result);
  statement.textContent = typeof receipt.statement === "string" ? receipt.statement : "";
  if (typeof receipt.language === "string") statement.lang = receipt.language;
  return result;
}

function problemOf(code) {
  const problem = part("problem");
  slot("problem", problem).textContent = words().problems[code];
  return problem;
}

function answer() {
  const keys = form().elements.vkey.value.split(/\s+/).filter(Boolean);
  const receipt = JSON.parse(form().elements.receipt.value);
  return resultOf(receipt, verify(receipt, byKind(keys)));
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
