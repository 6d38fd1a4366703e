"""What the tests of policy pages share: versions in the making, and the editor's form as a browser sends it."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from app.models import PolicyKind, PolicyVersion
from app.policies.rows import policies
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.policies.schemas.policy import PolicyIn
from app.policies.services import drafting as policy_drafting
from tests.site import Site

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
PARTIAL = {"hx-request": "true", "hx-request-type": "partial"}


async def draft(site: Site, kind: PolicyKind = PolicyKind.INTERNAL) -> PolicyVersion:
    made = PolicyIn(name="Social media policy", kind=kind)
    return await site.world.act("hr").write(policy_drafting.start_policy, made)


async def published(site: Site) -> tuple[str, AcknowledgeIn]:
    shown = await site.world.published()
    return (await version_of(site, shown.version_id)).policy_id, shown


async def version_of(site: Site, version_id: str) -> PolicyVersion:
    return await site.world.system().read(policies.version, version_id)


async def text_of(site: Site, version_id: str, language: str = "it") -> Any:
    return await site.world.system().read(policies.text, version_id, language)


async def form_of(hr: httpx.AsyncClient, version_id: str, language: str = "it") -> dict[str, str]:
    """Return the fields of the editor as a browser would send them."""
    html = (await hr.get(f"/company/policies/versions/{version_id}/edit?language={language}")).text
    fields = dict(
        re.findall(r"<input type=\"(?:hidden|text|date|number)\"[^>]*name=\"(\w+)\" value=\"([^\"]*)\"", html)
    )
    areas = re.findall(r"<textarea id=\"field-\w+\" name=\"(\w+)\"[^>]*>\n(.*?)</textarea>", html, re.DOTALL)
    ticked = re.findall(r"<input type=\"checkbox\"[^>]*name=\"(\w+)\" value=\"yes\" checked", html)
    return {**{n: unescape(v) for n, v in [*fields.items(), *areas]}, **dict.fromkeys(ticked, "yes")}


def site_today() -> str:
    return datetime.now(UTC).astimezone(ZoneInfo("Europe/Rome")).date().isoformat()
