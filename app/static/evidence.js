// Checks a receipt by docs/evidence/specification.md: the same nine answers as app/evidence/receipts.py, none of which a
// damaged part of another spoils, and the same verdict as app/evidence/verdicts.py. No page and no network here.
// `kinds` is the table of app/receipts/rules/kinds.py, which the page hands over.
import {
  COSIGNATURE, ED25519, canonical, decode64, decodeHex, digest, hex, isObject, leafBytes, leafHash, parseCheckpoint, parseKey,
  parseProof, refuse, signersOf, splitNote, utf8, verifyInclusion,
} from "./merkle.js";

const pass = (reason, values = {}) => ({ outcome: "pass", reason, values });
const fail = (reason, values = {}) => ({ outcome: "fail", reason, values });
const absent = (reason) => ({ outcome: "absent", reason, values: {} });
const demand = (holds, code) => holds || refuse(code);

function same(one, other) {
  if (one === other || typeof one !== "object" || typeof other !== "object" || !one || !other) return one === other;
  const names = Object.keys(one);
  return Array.isArray(one) === Array.isArray(other) && names.length === Object.keys(other).length
    && names.every((name) => Object.hasOwn(other, name) && same(one[name], other[name]));
}

const KINDS = { object: isObject, list: Array.isArray, number: Number.isInteger, text: (value) => typeof value === "string" };
const at = (holder, name) => (Object.hasOwn(holder, name) ? holder[name] : null);
const part = (holder, name, kind) => (KINDS[kind](at(holder, name)) ? holder[name] : refuse("receipt_malformed"));

// The parts of a receipt, each read when a check asks for it.
const leafOf = (receipt) => part(receipt, "leaf", "object");
const proofOf = (receipt) => parseProof(part(receipt, "proof", "text"));
const checkpointOf = (receipt) => parseCheckpoint(splitNote(proofOf(receipt).checkpoint).text);

const PUBLICATION = "version_published";

// Of a leaf that is itself the publication, the label is compared; of any other, nothing shows when it was published.
function publishedHere(receipt) {
  const leaf = leafOf(receipt);
  if (at(leaf, "type") !== PUBLICATION) return absent("no_publication");
  demand(at(leaf, "label") === part(receipt, "label", "text"), "label_differs");
  return pass("published_here");
}

const CHECKS = {
  kind({ receipt, kind }) {
    leafOf(receipt);
    demand(kind !== null, "kind_unknown");
    return pass("kind_known", { kind });
  },

  statement({ receipt }) {
    const [leaf, printed] = [leafOf(receipt), part(receipt, "statement", "text")];
    if (!Object.hasOwn(leaf, "statement_sha256")) {
      demand(!printed, "statement_not_in_leaf");
      return absent("no_statement");
    }
    const found = hex(digest(utf8(printed, "statement_malformed")));
    demand(found === leaf.statement_sha256, "statement_differs");
    return pass("statement_matches", { statement_sha256: found });
  },

  evidence({ receipt }) {
    const [leaf, evidence] = [leafOf(receipt), part(receipt, "evidence", "object")];
    const salt = decodeHex(part(receipt, "salt", "text"), "salt_malformed");
    const text = utf8(canonical(evidence), "json_malformed");
    const committed = hex(digest(utf8("portavoce/commit/v1"), salt, text));
    demand(committed === at(leaf, "commitment"), "commitment_differs");
    const [printed, said] = [{ ...leaf, language: at(receipt, "language") }, { language: "", ...evidence }];
    const fields = Object.keys(said).filter((name) => Object.hasOwn(printed, name) && !same(said[name], printed[name]));
    return fields.length ? fail("evidence_contradicts", { fields: fields.sort() }) : pass("evidence_matches", { commitment: committed });
  },

  inclusion({ receipt }) {
    const [proof, checkpoint] = [proofOf(receipt), checkpointOf(receipt)];
    verifyInclusion(proof.index, checkpoint.size, leafHash(leafBytes(leafOf(receipt))), proof.path, checkpoint.root);
    return pass("included", { index: Number(proof.index), size: Number(checkpoint.size) });
  },

  signature({ receipt, vkeys }) {
    const own = part(receipt, "vkey", "text");
    demand(!vkeys.length || vkeys.includes(own), "key_not_trusted");
    const key = parseKey(own);
    demand(key.type === ED25519, "vkey_type_unknown");
    signersOf(proofOf(receipt).checkpoint, [key]);
    return pass(vkeys.length ? "key_trusted" : "key_from_receipt", { vkey: own });
  },

  log({ receipt, vkeys }) {
    const log = checkpointOf(receipt).origin;
    const own = parseKey(part(receipt, "vkey", "text")).name;
    demand(at(leafOf(receipt), "log") === log && log === own, "log_differs");
    if (!vkeys.length) return pass("log_from_receipt", { log });
    demand(vkeys.map((vkey) => parseKey(vkey).name).includes(log), "log_not_trusted");
    return pass("log_trusted", { log });
  },

  published({ receipt }) {
    if (at(receipt, "published") === null) return publishedHere(receipt);
    const [published, leaf, checkpoint] = [part(receipt, "published", "object"), leafOf(receipt), checkpointOf(receipt)];
    const first = part(published, "leaf", "object");
    const [index, path] = [BigInt(part(published, "index", "number")), part(published, "path", "list")];
    const steps = path.map((step) => decode64(typeof step === "string" ? step : "", "hash_malformed", 32));
    verifyInclusion(index, checkpoint.size, leafHash(leafBytes(first)), steps, checkpoint.root);
    demand(index < proofOf(receipt).index, "published_later");
    demand(first.type === PUBLICATION, "not_a_publication");
    const shared = ["log", "policy", "version", "content_sha256"];
    demand(shared.every((name) => at(leaf, name) !== null && same(at(first, name), leaf[name])), "publication_of_another_version");
    const label = part(receipt, "label", "text");
    demand(at(first, "label") === label && (!Object.hasOwn(leaf, "label") || leaf.label === label), "label_differs");
    const listed = at(part(first, "statements", "object"), part(receipt, "language", "text"));
    const place = { index: Number(index), at: first.at };
    if (!Object.hasOwn(leaf, "statement_sha256")) return pass("text_published_before", place);
    demand(same(listed, leaf.statement_sha256), "statement_not_published");
    return pass("published_before", place);
  },

  witnesses({ receipt, witnesses }) {
    const known = witnesses.map(parseKey);
    demand(known.every((key) => key.type === COSIGNATURE), "vkey_type_unknown");
    if (!known.length) return absent("no_witness_known");
    try {
      return pass("witnessed", { witnesses: signersOf(proofOf(receipt).checkpoint, known) });
    } catch (refused) {
      if (refused.code === "signature_missing") return absent("not_witnessed");
      throw refused;
    }
  },

  // Reading an RFC 3161 token needs the certificates of its authority, which no page should bring along.
  time({ receipt }) {
    if (at(receipt, "timestamp") === null) return absent("no_timestamp");
    decode64(part(receipt, "timestamp", "text"), "timestamp_malformed");
    return absent("timestamp_not_checked");
  },
};

// Keys as a person gives them, in any order: those of witnesses are told from those of logs by their type.
export function byKind(keys) {
  const isWitness = (text) => {
    try {
      return parseKey(text).type === COSIGNATURE;
    } catch {
      return false;
    }
  };
  return { vkeys: keys.filter((key) => !isWitness(key)), witnesses: keys.filter(isWitness) };
}

// A path like "evidence.name" names a value of the receipt; null where there is none.
const inside = (receipt, path) => path.split(".").reduce((inner, name) => (isObject(inner) ? at(inner, name) : null), receipt);

// Which kind a receipt claims to be of, null if it is none of these; the one with its method goes first.
export function kindOf(receipt, kinds) {
  const [type, method] = [inside(receipt, "leaf.type"), inside(receipt, "evidence.method")];
  const ofMethod = (one) => Object.keys(kinds).find((code) => kinds[code].leaf === type && kinds[code].method === one);
  return ofMethod(method) ?? ofMethod("") ?? null;
}

function answer(check, claim) {
  try {
    demand(at(claim.receipt, "format") === "portavoce/receipt/v1", "format_unknown");
    const answered = CHECKS[check](claim);
    demand(answered.outcome !== "absent" || !claim.required.includes(check), "check_required");
    return answered;
  } catch (refused) {
    if (!refused.code) throw refused;
    return fail(refused.code);
  }
}

// All nine answers, {check, outcome, reason, values}. `vkeys` are keys of logs and `witnesses` of witnesses, known from elsewhere.
export function verify(receipt, kinds, { vkeys = [], witnesses = [] } = {}) {
  const kind = kindOf(receipt, kinds);
  const required = kind === null ? [] : kinds[kind].required;
  return Object.keys(CHECKS).map((check) => ({ check, ...answer(check, { receipt, kind, required, vkeys, witnesses }) }));
}

export function verdictOf(checks) {
  if (checks.some((found) => found.outcome === "fail")) return "fails";
  return checks.some((found) => found.reason === "key_from_receipt") ? "consistent" : "holds";
}

// Which check covers a part of the receipt. The title has none: it is printed only.
const COVERED_BY = { leaf: "inclusion", evidence: "evidence", statement: "statement", label: "published", vkey: "signature" };

const textOf = (value) => (typeof value === "string" ? value : Number.isInteger(value) ? String(value) : "");

// What a receipt says, [path, text] each: proven if the check that covers it passed; of a receipt that fails, nothing is.
export function stated(receipt, kinds, checks) {
  const passed = verdictOf(checks) === "fails" ? [] : checks.filter((found) => found.outcome === "pass").map((found) => found.check);
  const kind = kindOf(receipt, kinds);
  const paths = ["title", ...Object.keys(kind === null ? {} : kinds[kind].facts)];
  const said = paths.map((path) => [path, textOf(inside(receipt, path))]).filter(([, text]) => text);
  const isProven = ([path]) => passed.includes(COVERED_BY[path.split(".")[0]]);
  return { proven: said.filter(isProven), printed: said.filter((one) => !isProven(one)) };
}
