// What receipts are made of: canonical JSON, a Merkle tree, signed notes, checkpoints, proofs. As app/evidence reads them,
// with the same codes for what is wrong; docs/evidence/specification.md names the standards.
// The vendored library alone does the cryptography: WebCrypto is missing on plain http, and its Ed25519 in older browsers.
import { hashes, verify } from "./vendor/noble-ed25519-3.2.0.js";
import { sha256, sha512 } from "./vendor/noble-hashes-2.4.0/sha2.js";

hashes.sha512 = sha512;

export const refuse = (code) => { throw Object.assign(new Error(code), { code }); };
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
export const digest = (...parts) => sha256(joined(...parts));
const printable = (bytes) => btoa(String.fromCharCode(...bytes));

export function utf8(text, code) {
  return text.isWellFormed() ? new TextEncoder().encode(text) : refuse(code);
}

export function decodeHex(text, code) {
  if (!/^[0-9a-f]{64}$/.test(text)) refuse(code);
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

// Standard base64 with padding, in its one canonical spelling and, if given, of that many bytes.
export function decode64(text, code, length) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4) refuse(code);
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  return printable(bytes) === text && (length === undefined || bytes.length === length) ? bytes : refuse(code);
}

function decodeDecimal(text, code) {
  return /^(0|[1-9][0-9]{0,18})$/.test(text) ? BigInt(text) : refuse(code);
}

// RFC 8785 for values that came out of JSON.
export function canonical(value) {
  if (typeof value === "string") return utf8(value, "json_malformed") && JSON.stringify(value);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) refuse("json_malformed");
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return `{${Object.keys(value).sort().map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
}

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isPlain = (value) => ["string", "boolean"].includes(typeof value) || Number.isSafeInteger(value);
const isFlat = (value) => isObject(value) && Object.values(value).every(isPlain);

function canonicalLeaf(leaf) {
  try {
    return canonical(leaf);
  } catch {
    return refuse("leaf_malformed");
  }
}

export function leafBytes(leaf) {
  const fits = isObject(leaf)
    && Object.entries(leaf).every(([name, value]) => /^[a-z][a-z0-9_]*$/.test(name) && (isPlain(value) || isFlat(value)))
    && ["type", "log", "at"].every((name) => typeof leaf[name] === "string" && leaf[name]);
  if (!fits) refuse("leaf_malformed");
  const bytes = utf8(`portavoce/leaf/v1\n${canonicalLeaf(leaf)}`, "leaf_malformed");
  return bytes.length > 65535 ? refuse("leaf_too_long") : bytes;
}

// RFC 6962, 2.1: leaves and nodes are told apart by their first byte.
export const leafHash = (bytes) => digest([0], bytes);
const nodeHash = (left, right) => digest([1], left, right);

// RFC 9162, 2.1.3.2: the path must lead from the leaf to the root of a tree of `size` leaves. Numbers are BigInt.
export function verifyInclusion(index, size, leaf, path, root) {
  if (index < 0n || index >= size) refuse("index_out_of_range");
  let [position, last, value] = [index, size - 1n, leaf];
  for (const sibling of path) {
    if (last === 0n) refuse("path_length");
    if (position & 1n || position === last) {
      value = nodeHash(sibling, value);
      while (!(position & 1n) && position) [position, last] = [position >> 1n, last >> 1n];
    } else value = nodeHash(value, sibling);
    [position, last] = [position >> 1n, last >> 1n];
  }
  if (last) refuse("path_length");
  if (hex(value) !== hex(root)) refuse("root_mismatch");
}

function checkName(name, code) {
  utf8(name, code);
  return /^[^\s+\u0000-\u001f\u0085]+$/.test(name) ? name : refuse(code);
}

export const ED25519 = 1;
export const COSIGNATURE = 4;

// C2SP signed-note, "Verifier keys": name, id, and base64 of type byte and public key.
export function parseKey(text) {
  const [, name, id, encoded] = /^([^+]*)(?:\+([^+]*)(?:\+([^]*))?)?$/.exec(text);
  const key = decode64(encoded ?? "", "vkey_malformed");
  checkName(name, "vkey_malformed");
  if (!key.length || id !== hex(digest(utf8(`${name}\n`), key).slice(0, 4))) refuse("vkey_malformed");
  if (![ED25519, COSIGNATURE].includes(key[0])) refuse("vkey_type_unknown");
  if (key.length !== 33) refuse("vkey_malformed");
  return { name, id, type: key[0], bytes: key.slice(1) };
}

function signatureOf(line) {
  const [, name, encoded] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? refuse("note_malformed");
  checkName(name, "note_malformed");
  const bytes = decode64(encoded, "note_malformed");
  if (bytes.length < 5) refuse("note_malformed");
  return { name, id: hex(bytes.slice(0, 4)), bytes: bytes.slice(4) };
}

// C2SP signed-note, "Format": a text, an empty line, signature lines.
export function splitNote(note) {
  const end = note.lastIndexOf("\n\n");
  const [text, tail] = [note.slice(0, end + 1), note.slice(end + 2)];
  if (end < 0 || !tail.endsWith("\n")) refuse("note_malformed");
  utf8(text, "note_malformed");
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) refuse("note_malformed");
  const lines = tail.slice(0, -1).split("\n");
  return lines.length > 64 ? refuse("note_malformed") : { text, signatures: lines.map(signatureOf) };
}

// The time a cosignature states (C2SP tlog-cosignature), null for a plain signature.
function verified(signature, key, text) {
  const timeBytes = key.type === COSIGNATURE ? 8 : 0;
  const at = timeBytes ? BigInt(`0x${hex(signature.bytes.slice(0, timeBytes)) || 0}`) : null;
  const signed = timeBytes ? `cosignature/v1\ntime ${at}\n${text}` : text;
  const raw = signature.bytes.slice(timeBytes);
  if (raw.length !== 64 || !verify(raw, utf8(signed), key.bytes, { zip215: false })) refuse("signature_invalid");
  return { name: key.name, at: at === null ? null : Number(at) };
}

// Who of these keys signed the note. A wrong signature of a known key refuses it, as does none of a known key.
export function signersOf(note, keys) {
  const { text, signatures } = splitNote(note);
  const known = (signature) => keys.find((key) => key.name === signature.name && key.id === signature.id);
  const found = signatures.filter(known);
  return found.length ? found.map((signature) => verified(signature, known(signature), text)) : refuse("signature_missing");
}

// C2SP tlog-checkpoint, "Note text": origin, size, root; further lines are signed and not read.
export function parseCheckpoint(text) {
  const lines = text.split("\n");
  if (lines.length < 4 || lines.pop() || lines.includes("")) refuse("checkpoint_malformed");
  const code = "checkpoint_malformed";
  return { origin: lines[0], size: decodeDecimal(lines[1], code), root: decode64(lines[2], code, 32) };
}

// C2SP tlog-proof: index, inclusion path, and the checkpoint as a note not yet read.
export function parseProof(text) {
  const code = "proof_malformed";
  const end = text.indexOf("\n\n");
  const lines = text.slice(0, end).split("\n");
  if (end < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") refuse(code);
  if (lines[0]?.startsWith("extra ")) decode64(lines.shift().slice(6), code);
  if (!lines[0]?.startsWith("index ") || lines.length > 64) refuse(code);
  const index = decodeDecimal(lines.shift().slice(6), code);
  return { index, path: lines.map((line) => decode64(line, code, 32)), checkpoint: text.slice(end + 2) };
}
