"""The verification page in both languages at once, on the site and as one file that needs no site."""

import base64
import json
import posixpath
import re
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from app.receipts.web.check_words import words_in
from app.receipts.web.verification import NOTHING, View, pattern
from app.web.i18n import LANGUAGES
from app.web.render import Choice, environment

_STATIC = Path(__file__).resolve().parents[2] / "static"
_IMPORTED = re.compile(r'(?<=from ")\.{1,2}/[^"]+')
_FONTS = re.compile(r"@font-face \{.*?\n\}\n", re.DOTALL)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' data:; form-action 'none'"


@dataclass(frozen=True, slots=True)
class Panel:
    """The page's content in one language."""

    language: str
    html: Markup


def panels(language: str, view: View = NOTHING, *, offline: bool = False) -> list[Panel]:
    """Return the content in every language, the reader's first with what was found; a script changes them over."""
    others = [code for code in LANGUAGES if code != language]
    return [_panel(language, view, offline=offline), *(_panel(code, NOTHING, offline=offline) for code in others)]


@cache
def whole_file(language: str) -> str:
    """Return the page as one HTML file: the same template, style sheet and scripts, nothing fetched, nothing sent."""
    shell = {"lang": language, "path": "", "languages": [Choice(c, n, c == language) for c, n in LANGUAGES.items()]}
    return (
        environment(language)
        .get_template("receipts/verify/offline.html")
        .render(page=shell, panels=panels(language, offline=True), policy=_POLICY, head=_style(), tail=_script())
    )


def _panel(language: str, view: View, *, offline: bool) -> Panel:
    words = words_in(language)
    template = environment(language).get_template("receipts/verify/_panel.html")
    table = htmlsafe_json_dumps(asdict(words), sort_keys=False)  # facts stand in the order of reading
    html = template.render(view=view, blank=pattern(words), words=words, table=table, offline=offline)
    return Panel(language, Markup(html))  # noqa: S704  # rendered just now, values escaped


def _style() -> Markup:
    """Return the style sheet without its fonts, which are files beside it."""
    return Markup(f"<style>{_FONTS.sub('', _source('app.css'))}</style>")  # noqa: S704  # our own file


def _script() -> Markup:
    """Return the modules as an import map of data addresses, and the one line that starts them."""
    imports = {name: _address(source) for name, source in _modules("verify.js").items()}
    mapped = json.dumps({"imports": imports})
    start = '<script type="module">import "verify.js";</script>'
    return Markup(f'<script type="importmap">{mapped}</script>{start}')  # noqa: S704  # our own files, as base64


def _modules(name: str) -> dict[str, str]:
    """Return a module and all it imports, by path; a data address has no place, so imports are named from the root."""
    folder = posixpath.dirname(name)

    def from_root(found: re.Match[str]) -> str:
        return posixpath.normpath(posixpath.join(folder, found.group()))

    source = _IMPORTED.sub(from_root, _source(name))
    gathered = {name: source}
    for imported in _IMPORTED.findall(_source(name)):
        gathered |= _modules(posixpath.normpath(posixpath.join(folder, imported)))
    return gathered


def _address(source: str) -> str:
    return f"data:text/javascript;base64,{base64.b64encode(source.encode()).decode()}"


def _source(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")
