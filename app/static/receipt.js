// From what people have (JSON, the address of a QR code, a saved page with that address) to the receipt in it.
const MOST = 256 * 1024;
const MOST_KEYS = 20;
const LINK = /\/verify#([A-Za-z0-9_-]+)/;

const refused = (problem) => Object.assign(new Error(problem), { problem });

async function inflated(encoded) {
  const packed = Uint8Array.from(atob(encoded.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    text += decoder.decode(chunk.value, { stream: true });
    if (text.length > MOST) throw refused("unreadable");
  }
  return text + decoder.decode();
}

// JSON.parse lets a name stand twice and keeps the last; a receipt that two readers read differently is none.
function refuseTwice(json) {
  const objects = [];
  let text;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}:]/g)) {
    if (token === "{") objects.push(new Set());
    else if (token === "}") objects.pop();
    else if (token !== ":") text = JSON.parse(token);
    else if (objects.at(-1).has(text)) throw refused("unreadable");
    else objects.at(-1).add(text);
  }
}

// Resolves to the receipt, an object not yet looked at; rejects with `problem` set to a code that has words.
export async function read(given) {
  const text = given.trim();
  if (!text) throw refused("empty");
  try {
    const link = text.startsWith("{") ? null : LINK.exec(text);
    const json = link ? await inflated(link[1]) : text;
    if (json.length > MOST) throw refused("too_large");
    const found = JSON.parse(json);
    refuseTwice(json);
    if (typeof found === "object" && found !== null && !Array.isArray(found)) return found;
  } catch (error) {
    if (error.problem) throw error;
  }
  throw refused("unreadable");
}

// The keys in a text that parts them by white space.
export function readKeys(given) {
  const keys = given.split(/\s+/).filter(Boolean);
  if (keys.length > MOST_KEYS) throw refused("too_many_keys");
  return keys;
}
