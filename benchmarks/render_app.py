"""The employee's home rendered from fixed values: what the page costs with nobody at the door and no database."""

from datetime import date
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from app.authz import ROLE_PERMISSIONS, Actor, ActorKind, Role
from app.policies.queries.home import Home, Step
from app.policies.rules.assignment import AssignmentState
from app.web.i18n import LANGUAGES, translations
from app.web.navigation import navigation
from app.web.render import Choice, Page, environment

ACTOR = Actor(ActorKind.PERSON, "a", ROLE_PERMISSIONS[Role.EMPLOYEE], person_id="a")
DAY = date(2026, 12, 10)
DUTY = SimpleNamespace(
    policy_id="01a209c3-ac53-7444-990d-1c489a05b984",
    major=1,
    minor=0,
    effective_on=DAY,
    state=AssignmentState.OPEN,
    due_on=DAY,
    answered_at=None,
    has_reply=False,
    name="Policy",
)
HOME = Home(Step.READ, DUTY, [DUTY], None, DAY)


def rendered() -> bytes:
    """Render as the route does: navigation, shell and template."""
    shell = Page(
        lang="it",
        path="/",
        nav=navigation(ACTOR, "/", translations("it").gettext),
        organisation="Prova",
        person="",
        flashes=[],
        languages=[Choice(code, label, code == "it") for code, label in LANGUAGES.items()],
        signed_in=True,
        actor=ACTOR,
        zone=ZoneInfo("Europe/Rome"),
    )
    return environment("it").get_template("home/home.html").render(page=shell, home=HOME).encode()


async def app(scope: Any, _receive: Any, send: Any) -> None:
    """Answer every request with the page."""
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"text/html; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": rendered()})
