"""The mailbox of a trial, and that nobody else has one."""

import pytest

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


async def test_a_mail_that_is_not_there_is_not_found(site: Site) -> None:
    assert (await site.visitor().get(f"/development/mail/{new_id()}")).status_code == 404


@pytest.mark.parametrize(
    "settings",
    [{"demo": True, "smtp_url": "smtp://mail.example"}, {"demo": False, "secret_key": "s", "signing_key": "k"}],
)
async def test_where_mail_is_sent_or_work_is_done_there_is_no_mailbox(site: Site, settings: dict[str, str]) -> None:
    site.app.state.settings = Settings(public_url=ORIGIN, **settings)  # type: ignore[arg-type]
    assert (await site.visitor().get("/development/mail")).status_code == 404
