"""The mailbox of a trial, and that nobody else has one."""

import pytest
from lxml import html

from app.models.types import new_id
from app.settings import Settings
from tests.accounts.pages.signing_in import ask_for_link, mails
from tests.site import ORIGIN, Site


async def test_the_mailbox_shows_the_mails_and_their_links(site: Site) -> None:
    browser = site.visitor()
    assert "No mail yet" in (await browser.get("/development/mail")).text
    token = await ask_for_link(site, browser)
    (mail,) = await mails(site)
    assert f'href="/development/mail/{mail.id}"' in (await browser.get("/development/mail")).text
    shown = await browser.get(f"/development/mail/{mail.id}")
    assert f'<a href="{ORIGIN}/sign-in/link?token={token}"' in shown.text


async def test_the_html_of_a_mail_is_framed_without_scripts_beside_its_text(site: Site) -> None:
    browser = site.visitor()
    token = await ask_for_link(site, browser)
    (mail,) = await mails(site)
    shown = await browser.get(f"/development/mail/{mail.id}")
    (frame,) = html.fromstring(shown.text).iter("iframe")
    assert frame.get("src") == f"/development/mail/{mail.id}/html"
    assert "allow-scripts" not in frame.get("sandbox")
    assert "allow-same-origin" not in frame.get("sandbox")
    assert "script-src 'self'" in shown.headers["content-security-policy"]
    assert "frame-src 'self'" in shown.headers["content-security-policy"]
    framed = await browser.get(frame.get("src"))
    assert f'href="{ORIGIN}/sign-in/link?token={token}"' in framed.text
    policy = framed.headers["content-security-policy"].split("; ")
    assert policy[:2] == ["default-src 'none'", "style-src 'unsafe-inline'"]
    assert policy[-1].startswith("sandbox")
    assert "allow-scripts" not in policy[-1]


async def test_no_other_page_shows_frames(site: Site) -> None:
    answer = await site.visitor().get("/development/mail")
    assert "frame-src" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("part", ["", "/html"])
async def test_a_mail_that_is_not_there_is_not_found(site: Site, part: str) -> None:
    assert (await site.visitor().get(f"/development/mail/{new_id()}{part}")).status_code == 404


@pytest.mark.parametrize(
    "settings",
    [{"demo": True, "smtp_url": "smtp://mail.example"}, {"demo": False, "secret_key": "s", "signing_key": "k"}],
)
async def test_where_mail_is_sent_or_work_is_done_there_is_no_mailbox(site: Site, settings: dict[str, str]) -> None:
    site.app.state.settings = Settings(public_url=ORIGIN, **settings)  # type: ignore[arg-type]
    assert (await site.visitor().get("/development/mail")).status_code == 404
