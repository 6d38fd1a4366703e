"""From a template to an answer: one Jinja environment per language, one object that every page knows."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import format_decimal
from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from app.access.work import AgencyWork, Work
from app.authz import Actor
from app.rules.greeting import given_name
from app.web import flash
from app.web.dates import Before, day_in_words, month_in_words
from app.web.i18n import LANGUAGES, preferred_language, translations
from app.web.login import SHARED_IDLE, caller_of, shared_device
from app.web.navigation import NavGroup, navigation

_APP = Path(__file__).resolve().parents[1]
_ZONE = ZoneInfo("Europe/Rome")


@dataclass(frozen=True, slots=True)
class Choice:
    """A language that can be chosen."""

    code: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What every template knows beside its own values."""

    lang: str
    path: str
    nav: list[NavGroup]
    company_home: str
    organisation: str
    person: str
    flashes: list[flash.Flash]
    languages: list[Choice]
    signed_in: bool
    actor: Actor | None
    zone: ZoneInfo
    idle_seconds: int


def page(
    request: Request, template: str, work: Work | AgencyWork | None = None, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """Answer with a whole page in the language of the request."""
    language = language_of(request)
    shell = _shell(request, language, work)
    html = environment(language).get_template(template).render(page=shell, **values)
    response = HTMLResponse(html, status, {"vary": "Cookie, Accept-Language, HX-Request", "cache-control": "no-store"})
    if shell.flashes:
        flash.forget(response)
    return response


def language_of(request: Request) -> str:
    """Return the language of the signed-in account, else what the browser asks for."""
    caller = caller_of(request)
    return caller.language if caller else preferred_language(request)


def translate(request: Request, text: str, **params: object) -> str:
    """Return a text in the language of the request."""
    translated = translations(language_of(request)).gettext(text)
    return translated % params if params else translated


@cache
def environment(language: str) -> Environment:
    """Return the templates in one language; compiled once, never looked at again."""
    made = Environment(
        loader=FileSystemLoader(_APP / "templates"),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue = translations(language)
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(static=static)
    made.filters.update(_filters(language))
    return made


@cache
def plain_environment(language: str) -> Environment:
    """Return the same for plain text, in which nothing is escaped."""
    return environment(language).overlay(autoescape=False)


@cache
def static(path: str) -> str:
    """Return the address of a static file with its hash, so that it can be cached for ever."""
    digest = hashlib.sha256((_APP / "static" / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def _filters(language: str) -> dict[str, Any]:
    def day(value: date, before: Before = "") -> str:
        return day_in_words(value, language, before)

    def month(value: date) -> str:
        return month_in_words(value, language)

    def moment(value: datetime, zone: ZoneInfo = _ZONE, before: Before = "") -> str:
        there = value.astimezone(zone)
        return f"{day_in_words(there.date(), language, before)}, {there:%H:%M}"

    def number(value: float) -> str:
        return format_decimal(value, locale=language)

    def language_name(code: str) -> str:
        return str(Locale.parse(language).languages[code])

    words = {"day": day, "month": month, "moment": moment, "number": number, "language_name": language_name}
    return {**words, "given_name": given_name}


def _shell(request: Request, language: str, work: Work | AgencyWork | None) -> Page:
    actor = work.actor if work else None
    say = translations(language).gettext
    nav = navigation(actor, request.url.path, say, getattr(request.state, "waiting", ()))
    ways = [item.href for group in nav for item in group.items]
    return Page(
        lang=language,
        path=request.url.path,
        nav=nav,
        company_home=next((href for href in ways if href.startswith("/company")), ""),
        organisation=work.organisation if work else "",
        person=actor.name if actor else "",
        flashes=flash.flashes(request),
        languages=_choices(language, LANGUAGES.items()),
        signed_in=caller_of(request) is not None,
        actor=actor,
        zone=work.company.zone if isinstance(work, Work) else _ZONE,
        idle_seconds=int(SHARED_IDLE.total_seconds()) if shared_device(request) else 0,
    )


def _choices(current: str, pairs: Iterable[tuple[str, str]]) -> list[Choice]:
    return [Choice(code, label, code == current) for code, label in pairs]
