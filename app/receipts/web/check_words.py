"""What the checks of a receipt are called and what their outcomes mean: one table for pages, terminal and browser."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from app.evidence.verdicts import Check
from app.merkle_log.rules.leaf_type import NOT_COLLECTED
from app.receipts.rules.kinds import KINDS, WordedKind
from app.receipts.web.input import MOST_KEYS
from app.web.i18n import translations
from app.wording import N_

_CHECKS = {
    "kind": N_("What was recorded"),
    "statement": N_("The sentence"),
    "evidence": N_("Who, when and how"),
    "inclusion": N_("Entry in the log"),
    "signature": N_("Signature of the log"),
    "log": N_("One and the same log"),
    "published": N_("Publication of the version"),
    "witnesses": N_("Witnesses"),
    "time": N_("Time stamp of a third party"),
}
_DAMAGED = N_("A part of the receipt that this check needs is missing or damaged.")
_NOT_IN_LOG = N_("The entry is not in this log at this place, or one of the two was changed.")
_REASONS = {
    "kind_known": N_("The entry of the log is of this kind: %(kind)s."),
    "kind_unknown": N_(
        "There are no receipts of this kind of entry, or only of a later version: check it with a newer copy of this "
        "page."
    ),
    "check_required": N_("A receipt of this kind holds only with this check, and there is nothing to check."),
    "statement_matches": N_("The sentence shown here is letter by letter the one that was confirmed."),
    "statement_differs": N_("The sentence shown here is not the one that was confirmed."),
    "statement_not_in_leaf": N_("The receipt prints a sentence, but nobody confirmed one with this entry of the log."),
    "no_statement": N_("This entry of the log is not about a sentence to confirm."),
    "evidence_matches": N_("The evidence of who, when and how is the one that was entered in the log."),
    "commitment_differs": N_("The evidence of who, when and how is not the one that was entered in the log."),
    "evidence_contradicts": N_("What the receipt says and its entry in the log contradict each other: %(fields)s."),
    "included": N_("The entry is number %(index)s of the log, counting from 0; the log then had %(size)s entries."),
    "root_mismatch": _NOT_IN_LOG,
    "path_length": _NOT_IN_LOG,
    "index_out_of_range": _NOT_IN_LOG,
    "key_trusted": N_("The log is signed with the key that you gave."),
    "key_from_receipt": N_(
        "The signature fits the key that the receipt carries. This proves only that the receipt agrees with itself."
    ),
    "key_not_trusted": N_("The receipt carries another key than the one that you gave."),
    "signature_missing": N_("The log is not signed with this key."),
    "signature_invalid": N_("The signature is wrong: the log was changed after signing, or somebody else signed."),
    "log_trusted": N_("Entry, log and key name the same log, and it is the one whose key you gave."),
    "log_from_receipt": N_("Entry, log and key name the same log."),
    "log_differs": N_("Entry, log and key do not name the same log."),
    "log_not_trusted": N_("This is another log than the one whose key you gave."),
    "published_before": N_(
        "The version was published earlier in the same log, with this text and this sentence; by the clock of the "
        "service at %(at)s."
    ),
    "text_published_before": N_(
        "The version was published earlier in the same log, with this text; by the clock of the service at %(at)s."
    ),
    "published_here": N_("This entry is the publication of the version, with this number."),
    "no_publication": N_(
        "The receipt does not show when the version was published; so the number of the version is not proven either."
    ),
    "published_later": N_("The publication does not stand before this entry in the log."),
    "not_a_publication": N_("What is given as the publication is another kind of entry."),
    "publication_of_another_version": N_(
        "What was published is another version or another text than that of this entry."
    ),
    "label_differs": N_("The number of the version is not the one that was published."),
    "statement_not_published": N_("The sentence that was confirmed is not among those published with this version."),
    "witnessed": N_("A witness that you know has signed this state of the log, so others saw the same log."),
    "not_witnessed": N_("No witness that you know has signed this state of the log."),
    "no_witness_known": N_(
        "You gave no key of a witness. A witness shows that others see the same log; it is not required."
    ),
    "timestamped": N_("A third party states that this state of the log was there at %(at)s."),
    "no_timestamp": N_("The receipt has no time stamp of a third party; its times are those of the service."),
    "timestamp_not_checked": N_("The receipt has a time stamp of a third party, which cannot be checked here."),
    "vkey_malformed": N_("A key is damaged: it must be one line with two plus signs, copied whole."),
    "vkey_type_unknown": N_("A key is of a kind that cannot be used here."),
    "format_unknown": N_(
        "This is no receipt of Portavoce, or one of a later version: check it with a newer copy of this page."
    ),
    **dict.fromkeys(
        (
            "receipt_malformed",
            "statement_malformed",
            "salt_malformed",
            "json_malformed",
            "leaf_malformed",
            "leaf_too_long",
            "proof_malformed",
            "note_malformed",
            "checkpoint_malformed",
            "hash_malformed",
            "timestamp_malformed",
        ),
        _DAMAGED,
    ),
}
"""By reason, as docs/evidence/specification.md lists them."""

_OUTCOMES = {"pass": N_("holds"), "fail": N_("does not hold"), "absent": N_("not there")}
_VERDICTS = {
    "holds": (N_("Everything that could be checked holds."), N_("The log whose key you gave issued this receipt.")),
    "consistent": (
        N_("The receipt agrees with itself."),
        N_("To know that it comes from the company's log, compare the key with one that you have from elsewhere."),
    ),
    "fails": (
        N_("This receipt does not hold."),
        N_("The list says which check fails. Ask the sender for the original file."),
    ),
}
_TITLE = N_("Title")
_RECORDS = N_("What it records:")
_PROVEN, _PRINTED = N_("What the checks cover"), N_("Only printed on the receipt, not proven")
_NOT_COLLECTED = N_("not collected")
_SIGN_IN_METHODS = {
    "password": N_("with a password"),
    "magic_link": N_("with a link by e-mail"),
    "invitation": N_("with a printed invitation"),
    "passkey": N_("with a passkey"),
}
_VALUES = {
    "evidence.method": {
        "page": N_("on the page of the policy"),
        "api": N_("through another program of the company"),
        "paper": N_("on paper, recorded by somebody else"),
    },
    "evidence.sign_in_method": _SIGN_IN_METHODS,
    "evidence.language": {"it": N_("Italian"), "en": N_("English")},
}
"""What a code is called, by the path where it stands: anywhere else it may be somebody's name."""

_PROBLEMS = {
    "empty": N_("There is nothing to check yet. Choose the file of the receipt, or paste its text."),
    "too_many_keys": N_(
        "These are more than %(most)s keys. Give the log's and those of the witnesses that you know, parted by spaces."
    ),
    "too_large": N_(
        "This is too large for a receipt, which has a few kilobytes. Choose the JSON file that came with it."
    ),
    "unreadable": N_(
        "No receipt can be read from this. Choose the JSON file as it came, or paste the whole address of the QR code."
    ),
}


@dataclass(frozen=True, slots=True)
class Words:
    """All of it in one language; ``kinds`` are those of `app.receipts.rules.kinds`, and ``values`` go by path."""

    checks: dict[str, str]
    reasons: dict[str, str]
    outcomes: dict[str, str]
    verdicts: dict[str, tuple[str, str]]
    kinds: dict[str, WordedKind]
    records: str
    proven: str
    printed: str
    title: str
    values: dict[str, dict[str, str]]
    not_collected: str
    problems: dict[str, str]

    def reason(self, found: Check) -> str:
        """Return why a check came out as it did."""
        text = self.reasons.get(found.reason, self.reasons["receipt_malformed"])
        return text % {name: self._named(name, value) for name, value in found.values.items()}

    def labels(self, kind: str | None) -> Mapping[str, str]:
        """Return the labels of what a receipt of this kind says, by path, in the order of reading."""
        return {"title": self.title, **(self.kinds[kind].facts if kind else {})}

    def said(self, path: str, value: str) -> str:
        """Return a value of a receipt as people read it."""
        if path.startswith("evidence.") and value == NOT_COLLECTED:
            return self.not_collected
        return self.values.get(path, {}).get(value, value)

    def _named(self, name: str, value: object) -> object:
        if name == "kind":
            return self.kinds[str(value)].name
        return ", ".join(map(str, value)) if isinstance(value, list) else value


@cache
def words_in(language: str) -> Words:
    """Return the words in one language."""
    say = translations(language).gettext
    return Words(
        checks=_said(say, _CHECKS),
        reasons=_said(say, _REASONS),
        outcomes=_said(say, _OUTCOMES),
        verdicts={code: (say(title), say(text)) for code, (title, text) in _VERDICTS.items()},
        kinds={code: _kind_said(say, kind) for code, kind in KINDS.items()},
        records=say(_RECORDS),
        proven=say(_PROVEN),
        printed=say(_PRINTED),
        title=say(_TITLE),
        values={path: _said(say, codes) for path, codes in _VALUES.items()},
        not_collected=say(_NOT_COLLECTED),
        problems={code: say(text) % {"most": MOST_KEYS} for code, text in _PROBLEMS.items()},
    )


def _kind_said(say: Callable[[str], str], kind: WordedKind) -> WordedKind:
    return replace(kind, name=say(kind.name), act=say(kind.act), facts=_said(say, kind.facts))


def _said(say: Callable[[str], str], table: Mapping[str, str]) -> dict[str, str]:
    return {code: say(text) for code, text in table.items()}
