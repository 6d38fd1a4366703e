"""Mails: who gets them, in which language, and what happens when they cannot be delivered."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import lxml.html
import pytest
from sqlalchemy import update
from sqlmodel import col, select

from app.accounts.services import sign_in
from app.context import AccountCtx, Ctx
from app.db import NO_COMPANY
from app.integrations.mail import DevelopmentMailbox, Mail, sender
from app.jobs.handlers import JobContext
from app.jobs.loop import Worker
from app.jobs.mail import Addressed, compose, mail_to_each, message_id
from app.models import Account, DevelopmentMail, Job, JobState, LinkPurpose, Person
from app.platform import outbox
from app.platform.outbox import JobKind
from app.settings import ConfigurationError, Settings
from app.worker import HANDLERS
from tests.inbox import Inbox, html_of, serving, text_of
from tests.site import SIGNER
from tests.world import NOW, World

PUBLIC_URL = "https://voce.aurora.example"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def smtp_url(inbox: Inbox) -> AsyncIterator[str]:
    async with serving(inbox) as url:
        yield url


def settings(smtp_url: str = "") -> Settings:
    sender = "Portavoce <portavoce@posta.aurora.example>"
    return Settings(demo=True, public_url=PUBLIC_URL, smtp_url=smtp_url, mail_from=sender)


def worker(world: World, smtp_url: str = "", handlers: Any = HANDLERS) -> Worker:
    given = settings(smtp_url)
    return Worker(JobContext(world.db, given, sender(given, world.db), SIGNER), handlers)


async def ask_for_a_link(world: World, email: str, purpose: LinkPurpose = LinkPurpose.SIGN_IN) -> None:
    def act(session: Any) -> None:
        sign_in.request_link(AccountCtx(session, None, NOW, "test-request"), email, purpose)

    await world.db.write(NO_COMPANY, act)


async def kept(world: World) -> list[DevelopmentMail]:
    wanted = select(DevelopmentMail).order_by(col(DevelopmentMail.recipient))
    return await world.db.read(NO_COMPANY, lambda session: list(session.scalars(wanted)))


async def states(world: World) -> list[tuple[JobState, int, str]]:
    wanted = select(Job.state, Job.attempts, Job.last_error).where(col(Job.kind).startswith("mail:"))
    return await world.db.read(NO_COMPANY, lambda session: [tuple(row) for row in session.execute(wanted)])


async def test_a_link_reaches_the_mail_server_in_the_language_of_its_owner(
    world: World, inbox: Inbox, smtp_url: str
) -> None:
    await ask_for_a_link(world, "HR@aurora.example")
    assert await worker(world, smtp_url).run_due()
    (received,) = inbox.received
    assert received["subject"] == "Il tuo link per Portavoce"
    assert received["to"] == "hr@aurora.example"
    assert f"{PUBLIC_URL}/sign-in/link?token=pvl_" in text_of(received)
    assert await states(world) == [(JobState.DONE, 1, "")]


async def test_the_link_in_the_mail_opens_the_account_and_its_token_is_in_no_job(world: World) -> None:
    await ask_for_a_link(world, "hr@aurora.example")
    await worker(world).run_due()
    (sent,) = await kept(world)
    token = sent.text.split("token=")[1].split()[0]

    def redeem(session: Any) -> str:
        ctx = AccountCtx(session, None, sent.at, "test-request")
        return sign_in.redeem_link(ctx, token, LinkPurpose.SIGN_IN)

    assert await world.db.write(NO_COMPANY, redeem) == world.account["hr"]
    payloads = await world.db.read(NO_COMPANY, lambda session: list(session.scalars(select(Job.payload))))
    assert payloads == [{"account_id": world.account["hr"]}]


async def test_an_unknown_address_gets_nothing(world: World) -> None:
    await ask_for_a_link(world, "nobody@aurora.example")
    assert await worker(world).run_due()
    assert await kept(world) == []


async def test_the_mail_about_a_password_leads_to_its_page(world: World) -> None:
    await ask_for_a_link(world, "hr@aurora.example", LinkPurpose.PASSWORD)
    await worker(world).run_due()
    (sent,) = await kept(world)
    assert f"{PUBLIC_URL}/password/new?token=pvl_" in sent.text


@pytest.mark.parametrize(
    ("kind", "payload"),
    [(JobKind.SIGN_IN_LINK_MAIL, {}), (JobKind.PASSWORD_MAIL, {}), (JobKind.CREDENTIALS_MAIL, {"change": "passkey"})],
)
async def test_an_account_without_an_address_is_written_to_by_nobody(
    world: World, kind: JobKind, payload: dict[str, str]
) -> None:
    def add(session: Any) -> None:
        account = Account(created_at=NOW)
        session.add(account)
        outbox.add(AccountCtx(session, None, NOW, "test-request"), kind, account_id=account.id, **payload)

    await world.db.write(NO_COMPANY, add)
    await worker(world).run_due()
    assert await kept(world) == []
    assert await states(world) == [(JobState.DONE, 1, "")]


@pytest.mark.parametrize(
    ("change", "subject"),
    [
        ("password", "La tua password di Portavoce è cambiata"),
        ("passkey", "Al tuo account Portavoce è stata aggiunta una passkey"),
    ],
)
async def test_a_new_way_in_is_told_to_the_owner_of_the_account(world: World, change: str, subject: str) -> None:
    def add(session: Any) -> None:
        ctx = AccountCtx(session, None, NOW, "test-request")
        outbox.add(ctx, JobKind.CREDENTIALS_MAIL, account_id=world.account["hr"], change=change)

    await world.db.write(NO_COMPANY, add)
    await worker(world).run_due()
    assert [(sent.recipient, sent.subject) for sent in await kept(world)] == [("hr@aurora.example", subject)]


async def test_a_welcome_lets_a_new_person_ask_for_a_link(world: World) -> None:
    def add(ctx: Ctx) -> None:
        person = Person(
            name="Lucia <Neri> & figli", email="lucia@aurora.example", language="en", created_at=NOW, updated_at=NOW
        )
        ctx.session.add(person)
        outbox.add(ctx, JobKind.WELCOME_MAIL, person_id=person.id)

    await world.system().write(add)
    await worker(world).run_due()
    (welcome,) = await kept(world)
    assert welcome.subject == "Pastificio Aurora invites you to Portavoce"
    assert "Hello Lucia," in welcome.text
    await ask_for_a_link(world, "lucia@aurora.example")
    await worker(world).run_due()
    assert {sent.subject for sent in await kept(world)} == {welcome.subject, "Your link to Portavoce"}


async def test_a_person_without_an_address_is_not_welcomed_by_mail(world: World) -> None:
    def add(ctx: Ctx) -> None:
        person = Person(name="Lucia Neri", created_at=NOW, updated_at=NOW)
        ctx.session.add(person)
        outbox.add(ctx, JobKind.WELCOME_MAIL, person_id=person.id)

    await world.system().write(add)
    await worker(world).run_due()
    assert await kept(world) == []


async def three_readers(world: World, smtp_url: str) -> Worker:
    def facts(ctx: Ctx, about: str) -> dict[str, Addressed]:
        values = {"name": "Ada", "company": f"{ctx.company.name}, {about}", "ask": False, "owner": False}
        languages = {"one": "it", "two": "en", "three": "it"}
        return {name: (f"{name}@aurora.example", language, values) for name, language in languages.items()}

    await world.system().write(lambda ctx: outbox.add(ctx, JobKind.REMINDER_MAIL, about="reminder"))
    ours = worker(world, smtp_url, {JobKind.REMINDER_MAIL.value: mail_to_each("welcome", facts)})
    await ours.run_due()  # a job for each recipient
    return ours


async def test_each_recipient_gets_the_mail_in_their_language_under_an_id_of_its_own(
    world: World, inbox: Inbox, smtp_url: str
) -> None:
    await (await three_readers(world, smtp_url)).run_due()
    assert inbox.to("one@aurora.example")["subject"] == "Pastificio Aurora, reminder ti invita su Portavoce"
    assert inbox.to("two@aurora.example")["subject"] == "Pastificio Aurora, reminder invites you to Portavoce"
    assert len({message["message-id"] for message in inbox.received}) == 3


async def test_an_address_refused_for_good_costs_nobody_else_and_is_recorded_for_its_own_job(
    world: World, inbox: Inbox, smtp_url: str
) -> None:
    inbox.refusals["one@aurora.example"] = "550 5.1.1 <one@aurora.example>: No such user"
    await (await three_readers(world, smtp_url)).run_due()
    assert inbox.addresses == ["three@aurora.example", "two@aurora.example"]
    refused = "the recipient was refused with 550 5.1.1"
    assert sorted(await states(world)) == [(JobState.DEAD, 1, refused), *[(JobState.DONE, 1, "")] * 3]


async def test_an_address_refused_for_now_is_tried_again_alone(world: World, inbox: Inbox, smtp_url: str) -> None:
    inbox.refusals["one@aurora.example"] = "450 4.2.1 <one@aurora.example>: Mailbox busy"
    ours = await three_readers(world, smtp_url)
    await ours.run_due()
    assert (JobState.WAITING, 1, "Refused('the recipient was refused with 450 4.2.1')") in await states(world)
    inbox.refusals.clear()
    await world.db.write(NO_COMPANY, lambda session: session.execute(update(Job).values(run_at=NOW)))
    await ours.run_due()
    assert inbox.addresses == ["one@aurora.example", "three@aurora.example", "two@aurora.example"]


@pytest.mark.parametrize(
    ("stage", "answer", "recorded"),
    [
        ("refusals", "550 5.1.1 <hr@aurora.example>: unknown", (JobState.DEAD, "refused with 550 5.1.1")),
        ("refusals", "450 <hr@aurora.example>: greylisted", (JobState.WAITING, "refused with 450")),
        ("data_refusals", "554 5.7.1 <hr@aurora.example>: rejected", (JobState.DEAD, "refused with 554 5.7.1")),
        ("data_refusals", "451 4.3.0 hr@aurora.example: later", (JobState.WAITING, "refused with 451 4.3.0")),
        ("sender_refusal", "553 5.7.1 hr@aurora.example may not", (JobState.WAITING, "SMTPSenderRefused 553 5.7.1")),
    ],
)
async def test_what_a_mail_server_says_is_kept_as_its_status_alone(
    world: World,
    inbox: Inbox,
    smtp_url: str,
    capsys: pytest.CaptureFixture[str],
    stage: str,
    answer: str,
    recorded: tuple[JobState, str],
) -> None:
    setattr(inbox, stage, answer if stage == "sender_refusal" else {"hr@aurora.example": answer})
    await ask_for_a_link(world, "hr@aurora.example")
    await worker(world, smtp_url).run_due()
    ((state, _, error),) = await states(world)
    assert state is recorded[0]
    assert recorded[1] in error
    logged = capsys.readouterr().err
    assert "mail:sign_in_link" in logged
    for told in (error, logged):
        assert "aurora.example" not in told


async def test_a_mail_server_that_is_away_is_named_and_waited_for(world: World) -> None:
    await ask_for_a_link(world, "hr@aurora.example")
    await worker(world, "smtp://127.0.0.1:1").run_due()
    ((state, _, error),) = await states(world)
    assert state is JobState.WAITING
    assert "127.0.0.1 on port 1" in error


@pytest.mark.parametrize(
    "address", ["gruppo:due@aurora.example", "[x]@aurora.example", "=?utf-8?q?x?=@aurora.example", "due@"]
)
async def test_an_address_that_would_lead_to_another_mailbox_is_refused(
    world: World, inbox: Inbox, smtp_url: str, address: str
) -> None:
    def add(ctx: Ctx) -> None:
        person = Person(name="Due Neri", email=address, created_at=NOW, updated_at=NOW)
        ctx.session.add(person)
        outbox.add(ctx, JobKind.WELCOME_MAIL, person_id=person.id)

    await world.system().write(add)
    await worker(world, smtp_url).run_due()
    assert inbox.received == []
    assert await states(world) == [(JobState.DEAD, 1, "the recipient was refused with 553 5.1.3")]


async def test_a_mail_says_when_and_by_what_it_was_sent_and_in_which_language(
    world: World, inbox: Inbox, smtp_url: str
) -> None:
    await ask_for_a_link(world, "hr@aurora.example")
    before = datetime.now(UTC).replace(microsecond=0)
    await worker(world, smtp_url).run_due()
    (received,) = inbox.received
    assert before <= received["date"].datetime <= datetime.now(UTC)
    assert re.fullmatch(r"<[0-9a-f-]{36}@posta\.aurora\.example>", received["message-id"])
    assert received["auto-submitted"] == "auto-generated"
    assert received["content-language"] == "it"


async def test_a_mail_is_text_and_html_with_one_button_and_no_address_to_be_read(
    world: World, inbox: Inbox, smtp_url: str
) -> None:
    await ask_for_a_link(world, "hr@aurora.example")
    await worker(world, smtp_url).run_due()
    (received,) = inbox.received
    assert received.get_content_type() == "multipart/alternative"
    link = re.search(r"https://\S+", text_of(received))
    html = lxml.html.fromstring(html_of(received))
    assert link is not None
    assert [one.get("href") for one in html.iter("a")] == [link[0]]
    assert [one.text_content().strip() for one in html.iter("a")] == ["Entra"]
    assert "pvl_" not in html.text_content()


async def test_the_html_has_neither_scripts_nor_stylesheets_nor_pictures_nor_tables(
    world: World, inbox: Inbox, smtp_url: str
) -> None:
    await (await three_readers(world, smtp_url)).run_due()
    for received in inbox.received:
        html = lxml.html.fromstring(html_of(received))
        assert not [*html.iter("script", "style", "link", "img", "table", "iframe", "form")]
        assert html.get("lang") == received["content-language"]
        (head,) = html.iter("b")
        assert head.text_content() == "Pastificio Aurora, reminder"


async def test_a_mail_about_an_account_is_headed_by_the_service(world: World, inbox: Inbox, smtp_url: str) -> None:
    await ask_for_a_link(world, "hr@aurora.example")
    await worker(world, smtp_url).run_due()
    (head,) = lxml.html.fromstring(html_of(inbox.received[0])).iter("b")
    assert head.text_content() == "Portavoce"


async def test_the_owner_of_a_company_is_not_told_to_read_what_they_are_to_write(world: World) -> None:
    await world.system().write(lambda ctx: outbox.add(ctx, JobKind.WELCOME_MAIL, person_id=world.person["owner"]))
    await world.system().write(lambda ctx: outbox.add(ctx, JobKind.WELCOME_MAIL, person_id=world.person["employee"]))
    await worker(world).run_due()
    to_employee, to_owner = await kept(world)
    assert "Su Portavoce ti occupi di Pastificio Aurora" in to_owner.text
    assert "ti fa conoscere la sua social media policy" in to_employee.text


async def test_a_mail_that_is_tried_again_keeps_its_id(world: World) -> None:
    mailbox = DevelopmentMailbox(world.db)
    job = "0190a000-0000-7000-8000-000000000001"
    for text in ("first try", "second try"):
        await mailbox.send(
            Mail("a@aurora.example", "en", "Subject", text, f"<p>{text}</p>"), message_id(job, "a@aurora.example")
        )
    assert [(sent.text, sent.html) for sent in await kept(world)] == [("second try", "<p>second try</p>")]
    assert message_id(job, "a@aurora.example") != message_id(job, "b@aurora.example")


def test_a_line_break_in_a_value_cannot_start_another_header() -> None:
    written = compose(
        "welcome",
        "a@aurora.example",
        "en",
        {"name": "A", "company": "X\r\nBcc: z@z.example", "ask": False, "owner": False},
        PUBLIC_URL,
    )
    assert "\n" not in written.subject
    assert "\r" not in written.subject


async def test_outside_demo_mode_a_mail_without_a_server_waits_and_is_shown_to_nobody(world: World) -> None:
    without = sender(Settings(demo=False), world.db)
    with pytest.raises(ConfigurationError, match="SMTP_URL is not set"):
        await without.send(Mail("a@b.example", "it", "Entra", "token=x", "<p>"), "1")
    kept = await world.db.read(NO_COMPANY, lambda session: session.execute(select(DevelopmentMail)).all())
    assert kept == []
