"""Markdown from people, as HTML that can do no harm."""

import nh3

from app.rules import policy_text

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


def safe_html(markdown: str) -> str:
    """Return sanitised HTML of a Markdown text."""
    return sanitised(policy_text.html(markdown))


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
