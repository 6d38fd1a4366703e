"""Markdown from people, as HTML that can do no harm, and policies as they are read."""

import re
from dataclasses import dataclass
from html import escape

import nh3
from markupsafe import Markup

from app.policies.rules import text
from app.policies.rules.guarantees import Guarantee
from app.policies.rules.marked_changes import Marked
from app.policies.rules.text import Heading
from app.web.bounded_pool import READING, Remembered
from app.web.i18n import translations
from app.wording import N_

GUARANTEES = {
    Guarantee.VOLUNTARY: N_("Guarantee: your free choice"),
    Guarantee.NO_REPRISAL: N_("Guarantee: no disadvantage"),
    Guarantee.OWN_OPINIONS: N_("Guarantee: your opinions stay yours"),
    Guarantee.NO_MONITORING: N_("Guarantee: nobody watches your profiles"),
    Guarantee.PAID_TIME: N_("Guarantee: it is working time"),
}

_TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "strong", "em", "del", "ins"),
    *("a", "hr", "br", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "aside"),
}
_ATTRIBUTES = {
    **{f"h{level}": {"id"} for level in range(1, 7)},
    "a": {"href"},
    "ol": {"start"},
    "aside": {"class", "data-guarantee"},
}
_CLASSES = {"guarantee"}
_GUARANTEE = re.compile(r'(<aside [^>]*data-guarantee="(\w+)")>')
_CHAPTER = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """A policy ready to read: its page, the headings of its chapters, and whole minutes to read it."""

    html: Markup
    chapters: tuple[Heading, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class Changes:
    """A policy with what changed marked in it, and how many places that are."""

    html: Markup
    count: int


def read(markdown: str, language: str) -> Reading:
    """Return a policy as it is read."""
    parts = text.taken_apart(markdown)
    chapters = tuple(heading for heading in parts.contents if heading.level <= _CHAPTER)
    return Reading(labelled(sanitised(parts.html), language), chapters, parts.minutes)


def compared(old: str, new: str) -> Marked:
    """Return the new policy with what changed since the old one marked word by word."""
    return text.marked_changes(safe_html(old), safe_html(new))


def as_read(marked: Marked, language: str) -> Changes:
    """Return a policy with its changes as it is read; what is stored is sanitised anew."""
    return Changes(labelled(sanitised(marked.html), language), marked.places)


# Kept by the very texts, which are frozen once published, so it is never stale.
reading = Remembered(READING, read, 128)
comparisons = Remembered(READING, compared, 64)


def labelled(html: str, language: str) -> Markup:
    """Return sanitised HTML with the name of its kind on each guarantee, in the language of the text."""

    def name(guarantee: re.Match[str]) -> str:
        label = translations(language).gettext(GUARANTEES[Guarantee(guarantee[2])])
        return f'{guarantee[1]} data-label="{escape(label)}">'

    return Markup(_GUARANTEE.sub(name, html))  # noqa: S704 - sanitised, and only our own names added


def safe_html(markdown: str) -> str:
    """Return sanitised HTML of a Markdown text."""
    return sanitised(text.html(markdown))


def sanitised(html: str) -> str:
    """Return the HTML with everything removed that is not plain text structure; links open nothing by themselves."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={name: allowed - {"class"} for name, allowed in _ATTRIBUTES.items()},
        allowed_classes={"aside": _CLASSES},
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener noreferrer external",
    )
