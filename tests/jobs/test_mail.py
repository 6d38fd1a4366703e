"""Mails: who gets them, in which language, and what happens when they cannot be delivered."""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import col, select

from app.accounts.services import sign_in
from app.context import AccountCtx, Ctx
from app.db import NO_COMPANY
from app.integrations.mail import DevelopmentMailbox, Mail, sender
from app.jobs.loop import Worker
from app.jobs.mail import compose, mail, message_id
from app.jobs.work import JobContext
from app.models import Account, DevelopmentMail, Job, JobState, LinkPurpose, Person
from app.platform import outbox
from app.platform.outbox import JobKind
from app.settings import ConfigurationError, Settings
from app.worker import HANDLERS
from tests.site import SIGNER
from tests.world import NOW, World

PUBLIC_URL = "https://voce.aurora.example"


class Inbox:
    """What a mail server takes, and which addresses it refuses with which reply."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 - the server's own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.received.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def smtp_url(inbox: Inbox) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(inbox, loop=loop), "127.0.0.1", 0)
    yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


def settings(smtp_url: str = "") -> Settings:
    return Settings(demo=True, public_url=PUBLIC_URL, smtp_url=smtp_url)


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
    assert f"{PUBLIC_URL}/sign-in/link?token=pvl_" in received.get_content()
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
    assert "Hello Lucia <Neri> & figli," in welcome.text
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


async def two_readers(world: World, smtp_url: str) -> Worker:
    def facts(ctx: Ctx, about: str) -> list[tuple[str, str, dict[str, Any]]]:
        values = {"name": "Ada", "company": f"{ctx.company.name}, {about}", "ask": False}
        return [("one@aurora.example", "it", values), ("two@aurora.example", "en", values)]

    await world.system().write(lambda ctx: outbox.add(ctx, JobKind.REMINDER_MAIL, about="reminder"))
    return worker(world, smtp_url, {JobKind.REMINDER_MAIL.value: mail("welcome", facts)})


async def test_each_recipient_gets_the_mail_in_their_language_under_an_id_of_its_own(
    world: World, inbox: Inbox, smtp_url: str
) -> None:
    await (await two_readers(world, smtp_url)).run_due()
    assert [message["subject"] for message in inbox.received] == [
        "Pastificio Aurora, reminder ti invita su Portavoce",
        "Pastificio Aurora, reminder invites you to Portavoce",
    ]
    assert len({message["message-id"] for message in inbox.received}) == 2


async def test_an_address_refused_for_good_does_not_keep_the_others_from_their_mail(
    world: World, inbox: Inbox, smtp_url: str
) -> None:
    inbox.refusals["one@aurora.example"] = "550 No such user"
    await (await two_readers(world, smtp_url)).run_due()
    assert [message["to"] for message in inbox.received] == ["two@aurora.example"]
    assert [state for state, _, _ in await states(world)] == [JobState.DONE]


async def test_an_address_refused_for_now_is_tried_again_and_not_named_in_the_job(
    world: World, inbox: Inbox, smtp_url: str
) -> None:
    inbox.refusals["one@aurora.example"] = "450 Mailbox busy"
    await (await two_readers(world, smtp_url)).run_due()
    ((state, attempts, error),) = await states(world)
    assert (state, attempts) == (JobState.WAITING, 1)
    assert "450" in error
    assert "one@" not in error


async def test_a_mail_that_is_tried_again_keeps_its_id(world: World) -> None:
    mailbox = DevelopmentMailbox(world.db)
    job = "0190a000-0000-7000-8000-000000000001"
    for text in ("first try", "second try"):
        await mailbox.send(Mail("a@aurora.example", "Subject", text), message_id(job, "a@aurora.example"))
    assert [sent.text for sent in await kept(world)] == ["second try"]
    assert message_id(job, "a@aurora.example") != message_id(job, "b@aurora.example")


def test_a_line_break_in_a_value_cannot_start_another_header() -> None:
    written = compose(
        "welcome",
        "a@aurora.example",
        "en",
        {"name": "A", "company": "X\r\nBcc: z@z.example", "ask": False, "public_url": ""},
    )
    assert "\n" not in written.subject
    assert "\r" not in written.subject


async def test_outside_demo_mode_a_mail_without_a_server_waits_and_is_shown_to_nobody(world: World) -> None:
    without = sender(Settings(demo=False), world.db)
    with pytest.raises(ConfigurationError, match="SMTP_URL is not set"):
        await without.send(Mail("a@b.example", "Entra", "https://voce.example/sign-in/link?token=x"), "1")
    kept = await world.db.read(NO_COMPANY, lambda session: session.execute(select(DevelopmentMail)).all())
    assert kept == []
