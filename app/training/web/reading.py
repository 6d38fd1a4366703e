"""Lessons as they are read: Markdown as HTML that can do no harm."""

from markupsafe import Markup

from app.policies.web.reading import safe_html
from app.web.bounded_pool import READING, Remembered


def read(markdown: str) -> Markup:
    """Return a lesson as it is read."""
    return Markup(safe_html(markdown))  # noqa: S704 - sanitised


# Kept by the very texts, which are frozen once published, so it is never stale.
lesson_text = Remembered(READING, read, 128)
