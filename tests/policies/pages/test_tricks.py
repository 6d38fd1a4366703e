"""Whatever somebody writes into a policy, nothing in a page that shows it runs, loads or sends anything."""

import re
from html.parser import HTMLParser

import pytest

from app.models import PolicyKind
from app.policies.services import approval as policy_approval
from app.policies.services import publishing as policy_publishing
from tests.policies.pages.policy_work import PARTIAL, draft, form_of
from tests.site import Site

# After the OWASP XSS Filter Evasion Cheat Sheet and what Markdown adds to it.
TRICKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><animate onbegin=alert(1)></svg>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    "![x](https://evil.example/pixel.gif)",
    '![x](x"onerror="alert(1))',
    '<https://x.example/"onmouseover=alert(1)>',
    "[x](https://x.example \"onmouseover='alert(1)'\")",
    '```html"onmouseover=alert(1)\n<script>alert(1)</script>\n```',
    "# x {onclick=alert(1)}",
    '::: guarantee voluntary" onclick="alert(1)\nuno due tre quattro cinque\n:::',
    "<style>body{display:none}</style>",
    "<form action=https://evil.example><button formaction=javascript:alert(1)>x</button></form>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '" autofocus onfocus=alert(1) x="',
    "{{ 7 * 7 }}{% raw %}",
]
NEVER = {"iframe", "object", "embed", "base", "style", "math", "noscript", "img", "frame", "template"}
ADDRESSES = {"href", "src", "action", "formaction", "srcset", "data", "xlink:href"}


@pytest.fixture
def database_kind() -> str:
    """Run on one database: what a page makes of a text does not depend on it."""
    return "sqlite"


class Harm(HTMLParser):
    """Collects whatever in a page could run, load or send something that is not ours."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip().lower() for name, value in attrs}
        addresses = [value for name, value in given.items() if name in ADDRESSES]
        schemes = [value for value in addresses if re.match(r"(?:javascript|data|vbscript):", value)]
        foreign = tag != "a" and any(re.match(r"(?:\w+:)?//", value) for value in addresses)
        ours = tag != "script" or given.get("src", "").startswith("/static/")
        handlers = [name for name in given if name.startswith("on") or name in {"style", "http-equiv"}]
        if tag in NEVER or not ours or handlers or schemes or foreign:
            self.found.append(self.get_starttag_text() or tag)


@pytest.mark.parametrize("trick", TRICKS)
async def test_no_trick_in_a_text_reaches_preview_review_or_public_page(site: Site, trick: str) -> None:
    version = await draft(site, PolicyKind.EXTERNAL)
    hr, visitor = await site.signed_in("hr"), site.visitor()
    base = f"/company/policies/versions/{version.id}"
    words = {"title": trick.splitlines()[0], "body": f"Prima\n\n{trick}\n\nDopo", "summary": trick[:100]}
    form = await form_of(hr, version.id) | words | {"statement": trick[:100]}
    pages = [await hr.post(f"{base}/preview?language=it", data=form, headers=PARTIAL)]
    pages.append(await hr.post(f"{base}/edit?language=it", data=form | {"then": "preview"}))
    saved = await hr.post(f"{base}/edit?language=it", data=form | {"then": "save"})
    assert saved.status_code == 303, saved.text
    await site.world.act("hr").write(policy_approval.submit, version.id)
    await site.world.act("owner").write(policy_approval.approve, version.id)
    await site.world.act("owner").write(policy_publishing.publish, version.id)
    pages.append(await hr.get(f"{base}/review?language=it"))
    pages.append(await hr.get(f"/company/policies/{version.policy_id}"))
    pages.append(await visitor.get(f"/p/{site.world.company_id}/{version.policy_id}?language=it"))
    for page in pages:
        assert page.status_code == 200
        assert "<p>49" not in page.text
        assert Harm(page.text).found == []


def test_the_search_for_harm_finds_it() -> None:
    for harmful in (
        *TRICKS[:5],
        "<p style='x'>",
        "<img src=x>",
        "<a href=javascript:x>",
        "<form action=//evil.example>",
    ):
        assert Harm(harmful).found, harmful
    assert Harm("<a href='https://x.example'>x</a><script defer src='/static/app.js'></script>").found == []
