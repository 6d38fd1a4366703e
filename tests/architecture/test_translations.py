"""Every text that a person sees is there in Italian, once, with the same places to fill in."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
KEYWORDS = {
    **dict.fromkeys(("_", "translate", "gettext", "N_")),
    **dict.fromkeys(("NC_", "pgettext"), ((1, "c"), 2)),
    **dict.fromkeys(("ngettext", "NN_"), (1, 2)),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|(?<!\{)\{\w*\}(?!\})")
TEMPLATE_KINDS = {".html", ".txt"}
# As app.web.render reads templates: white space inside {% trans %} is part of the text.
READING = {"silent": "false", "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}

Id = str | tuple[str, ...]
Key = tuple[str | None, Id]
"""The context of a message, where it has one, and its id."""
Texts = tuple[str, ...]


@cache
def marked() -> dict[Key, str]:
    """Return each message that code or templates mark for translation, with one place where it stands."""
    sources = [(path, "python") for path in sorted(APP.rglob("*.py"))]
    sources += [(path, "jinja2.ext:babel_extract") for path in templates()]
    return {
        (context, message): f"{path.relative_to(ROOT)}:{line}"
        for path, method in sources
        for line, message, _, context in extract_from_file(method, path, KEYWORDS, options=READING)
        if message
    }


def templates() -> list[Path]:
    return sorted(path for path in (APP / "templates").rglob("*") if path.suffix in TEMPLATE_KINDS)


@cache
def catalogue() -> dict[Key, list[tuple[str, Message]]]:
    """Return the Italian messages of all files by context and id, each with the name of its file."""
    messages: dict[Key, list[tuple[str, Message]]] = defaultdict(list)
    for path in sorted((APP / "locales" / "it").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="it", abort_invalid=True):
                if message.id:
                    messages[message.context, as_id(message.id)].append((path.name, message))
    return messages


def as_id(value: Id | list[str]) -> Id:
    return value if isinstance(value, str) else tuple(value)


def texts(value: str | tuple[str, ...] | list[str] | None) -> Texts:
    """Return the forms of an id or a translation: one, or singular and plural."""
    return (value,) if isinstance(value, str) else tuple(value or ())


def translated(message: Message) -> bool:
    forms = texts(message.string)
    return not message.fuzzy and len(forms) == len(texts(message.id)) and all(form.strip() for form in forms)


def mismatched(message: Message) -> Iterator[str]:
    """Yield the forms whose places differ from the original's; a form for exactly one may leave the number out."""
    originals, forms = texts(message.id), texts(message.string)
    *_, many = [set(PLACEHOLDER.findall(text)) for text in originals]
    one = set(PLACEHOLDER.findall(originals[0]))
    for number, form in enumerate(forms):
        places = set(PLACEHOLDER.findall(form))
        last = number == len(forms) - 1
        if places != many if last else not one <= places <= many:
            yield form


def test_texts_are_found_in_code_and_in_templates() -> None:
    places = list(marked().values())
    assert any(place.startswith("app/templates/") for place in places)
    assert any(".py:" in place for place in places)


def test_a_text_in_a_context_is_found_there(tmp_path: Path) -> None:
    template = tmp_path / "course.html"
    template.write_text('{{ pgettext("course", "Published") }}{{ _("Published") }}', encoding="utf-8")
    found = extract_from_file("jinja2.ext:babel_extract", template, KEYWORDS, options=READING)
    assert [(context, message) for _, message, _, context in found] == [("course", "Published"), (None, "Published")]
    assert ("policy version", "Published") in marked()


def test_every_text_has_an_italian_translation() -> None:
    missing = [
        f"{place}: {message!r}"
        for message, place in marked().items()
        if not any(translated(entry) for _, entry in catalogue().get(message, []))
    ]
    assert missing == []


def test_no_translation_is_without_its_text() -> None:
    orphans = [f"{entries[0][0]}: {key!r}" for key, entries in catalogue().items() if key not in marked()]
    assert orphans == []


def test_no_text_is_translated_in_two_ways_in_one_context() -> None:
    contradictions = [
        f"{[name for name, _ in entries]}: {key!r}"
        for key, entries in catalogue().items()
        if len({texts(entry.string) for _, entry in entries}) > 1
    ]
    assert contradictions == []


def test_translations_fill_in_the_same_places() -> None:
    wrong = [
        f"{name}: {form!r}" for entries in catalogue().values() for name, entry in entries for form in mismatched(entry)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("original", "translation"),
    [
        ("Hello %(name)s", "Ciao %(name)s"),
        (("One person", "%(n)s people"), ("Una persona", "%(n)s persone")),
        (("%(n)s person", "%(n)s people"), ("%(n)s persona", "%(n)s persone")),
    ],
)
def test_the_comparison_of_places_accepts_what_is_right(original: Id, translation: Id) -> None:
    assert list(mismatched(Message(original, translation))) == []


@pytest.mark.parametrize(
    ("original", "translation"),
    [
        ("Hello %(name)s", "Ciao %(nome)s"),
        ("Hello {name}", "Ciao"),
        (("%(n)s person", "%(n)s people"), ("Una persona", "%(n)s persone")),
        (("One person", "%(n)s people"), ("Una persona", "Più persone")),
    ],
)
def test_the_comparison_of_places_finds_what_is_wrong(original: Id, translation: Id) -> None:
    assert list(mismatched(Message(original, translation)))
