"""The mails about policies, as a real mail server receives them."""

import json
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlmodel import col, select

from app.context import Ctx
from app.evidence import receipts
from app.jobs.loop import Worker
from app.models import Employment, Person
from app.platform import outbox
from app.platform.outbox import JobKind
from app.policies.jobs import mails as policy_mails
from app.policies.rows import policies
from app.policies.rules.text import whole_text
from app.policies.schemas.acknowledgement import AcknowledgeIn, AnswerIn, ReplyIn
from app.policies.services import acknowledging, reminding
from app.receipts.rules.kinds import KINDS
from app.rules.fingerprint import content_sha256
from app.worker import HANDLERS
from tests.crowd import assignment_of, read_by, set_assignment
from tests.inbox import Inbox, html_of, text_of
from tests.policies.jobs.postal import MAIL_KINDS, PUBLIC_URL, Clock, deliver, in_english, waiting
from tests.world import NOW, TODAY, World, acknowledge


async def ask_for(world: World, kind: JobKind, **payload: str) -> None:
    await world.system().write(lambda ctx: outbox.add(ctx, kind, **payload))


async def policy_link(world: World, shown: AcknowledgeIn) -> str:
    version = await world.system().read(policies.version, shown.version_id)
    return f"{PUBLIC_URL}/policies/{version.policy_id}"


def files_of(mail: EmailMessage) -> dict[str, bytes]:
    """Return the attachments by the ending of their names."""
    return {
        str(part.get_filename()).rsplit(".", 1)[1]: part.get_payload(decode=True) for part in mail.iter_attachments()
    }


async def test_everybody_asked_learns_what_there_is_to_read_by_when_and_that_it_is_work(
    world: World, inbox: Inbox, postman: Worker
) -> None:
    await in_english(world, "colleague")
    shown = await world.published()
    await deliver(postman)
    assert len(inbox.received) == 5
    link = await policy_link(world, shown)
    mine = inbox.to("employee@aurora.example")
    assert mine["subject"] == "Qualcosa da leggere: Come parliamo di noi, e cosa resta tuo"
    text = text_of(mine)
    assert "Ciao Employee," in text
    assert "entro il 7 dicembre 2026" in text
    assert "minuti. È tempo di lavoro retribuito" in text
    assert link in text
    theirs = text_of(inbox.to("colleague@aurora.example"))
    assert "by 7 December 2026" in theirs
    assert "paid working time" in theirs


async def test_a_reminder_says_until_when_and_later_that_it_can_still_be_done(
    world: World, shown: AcknowledgeIn, inbox: Inbox, postman: Worker, clock: type[Clock]
) -> None:
    asked = await assignment_of(world, shown.version_id, world.person["employee"])
    for day in (1, 16):
        clock.at = NOW + timedelta(days=day)
        await ask_for(world, JobKind.REMINDER_MAIL, assignment_id=asked.id)
        await set_assignment(world, shown.version_id, last_reminded_at=NOW)
        await deliver(postman)
    reminders = [mail for mail in inbox.received if "ancora da leggere" in mail["subject"]]
    assert ["Puoi ancora farlo." in text_of(mail) for mail in reminders] == [False, True]


async def test_whoever_acknowledged_meanwhile_gets_no_reminder(
    world: World, shown: AcknowledgeIn, inbox: Inbox, postman: Worker
) -> None:
    await world.act("hr").write(reminding.remind_now, shown.version_id)
    await read_by(world, shown, *(world.person[name] for name in world.person if name != "outsider"))
    await deliver(postman)
    assert not [mail for mail in inbox.received if "leggere" in mail["subject"]]
    assert await waiting(world) == []


async def test_whoever_left_meanwhile_gets_no_mail(
    world: World, shown: AcknowledgeIn, inbox: Inbox, postman: Worker
) -> None:
    await world.act("hr").write(reminding.remind_now, shown.version_id)

    def leave(ctx: Ctx) -> None:
        wanted = select(Employment).where(col(Employment.person_id) == world.person["employee"])
        ctx.session.scalars(wanted).one().ends_on = TODAY - timedelta(days=1)

    await world.system().write(leave)
    await deliver(postman)
    assert "employee@aurora.example" not in {mail["to"] for mail in inbox.received}


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (datetime(2026, 11, 24, 2, 0, tzinfo=UTC), datetime(2026, 11, 24, 8, 0, tzinfo=UTC)),
        (datetime(2026, 11, 28, 10, 0, tzinfo=UTC), datetime(2026, 11, 30, 8, 0, tzinfo=UTC)),
    ],
    ids=["at night", "on a Saturday"],
)
async def test_a_mail_that_comes_late_still_waits_for_working_hours(
    world: World,
    shown: AcknowledgeIn,
    inbox: Inbox,
    postman: Worker,
    clock: type[Clock],
    now: datetime,
    opens: datetime,
) -> None:
    asked = await assignment_of(world, shown.version_id, world.person["employee"])
    await ask_for(world, JobKind.REMINDER_MAIL, assignment_id=asked.id)
    await set_assignment(world, shown.version_id, last_reminded_at=NOW)
    clock.at = now  # the worker was away; it wakes outside everybody's hours
    await postman.run_due()
    assert inbox.received == []
    (job,) = await waiting(world)
    assert (job.run_at, job.attempts) == (opens, 0)
    clock.at = opens
    await deliver(postman)
    assert [mail["to"] for mail in inbox.received] == ["employee@aurora.example"]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("question", "Employee ha una domanda su"), ("declined", "Employee non è d’accordo con")],
)
async def test_hr_reads_a_question_or_a_refusal_as_it_was_written(
    world: World, shown: AcknowledgeIn, inbox: Inbox, postman: Worker, kind: Any, sentence: str
) -> None:
    await set_assignment(world, shown.version_id, last_reminded_at=NOW)
    data = AnswerIn(version_id=shown.version_id, kind=kind, note="Vale anche <su> WhatsApp & Signal?")
    await world.act("employee").write(acknowledging.answer, data)
    await deliver(postman)
    mail = inbox.to("hr@aurora.example")
    assert sentence in text_of(mail)
    assert "Vale anche <su> WhatsApp & Signal?" in text_of(mail)
    assert "Vale anche &lt;su&gt; WhatsApp &amp; Signal?" in html_of(mail)
    assert f"{PUBLIC_URL}/company/policies/questions" in text_of(mail)


@pytest.mark.parametrize("kind", ["question", "declined"])
async def test_the_subject_says_neither_who_wrote_nor_that_somebody_disagrees(
    world: World, shown: AcknowledgeIn, inbox: Inbox, postman: Worker, kind: Any
) -> None:
    await set_assignment(world, shown.version_id, last_reminded_at=NOW)
    data = AnswerIn(version_id=shown.version_id, kind=kind, note="Come?")
    await world.act("employee").write(acknowledging.answer, data)
    await deliver(postman)
    title = "Come parliamo di noi, e cosa resta tuo"
    assert inbox.to("hr@aurora.example")["subject"] == f"Un messaggio su «{title}» aspetta la tua risposta"


async def test_a_question_withdrawn_meanwhile_bothers_nobody(
    world: World, shown: AcknowledgeIn, inbox: Inbox, postman: Worker
) -> None:
    await set_assignment(world, shown.version_id, last_reminded_at=NOW)
    data = AnswerIn(version_id=shown.version_id, kind="question", note="Come?")
    await world.act("employee").write(acknowledging.answer, data)
    await read_by(world, shown, world.person["employee"])
    await deliver(postman)
    assert "hr@aurora.example" not in {mail["to"] for mail in inbox.received}


async def test_an_answer_reaches_whoever_asked_with_their_question(
    world: World, shown: AcknowledgeIn, inbox: Inbox, postman: Worker
) -> None:
    await set_assignment(world, shown.version_id, last_reminded_at=NOW)
    data = AnswerIn(version_id=shown.version_id, kind="question", note="Vale anche per WhatsApp?")
    asked = await world.act("employee").write(acknowledging.answer, data)
    await world.act("hr").write(acknowledging.reply, asked.id, ReplyIn(reply="Sì, anche lì."))
    await deliver(postman)
    text = text_of(inbox.to("employee@aurora.example"))
    assert "Vale anche per WhatsApp?" in text
    assert "Sì, anche lì." in text
    assert await policy_link(world, shown) in text


async def test_hr_learns_how_many_have_not_answered_and_nobody_s_name(
    world: World, shown: AcknowledgeIn, inbox: Inbox, postman: Worker, clock: type[Clock]
) -> None:
    await set_assignment(world, shown.version_id, last_reminded_at=NOW)
    clock.at = NOW + timedelta(days=16)
    await ask_for(world, JobKind.ESCALATION_MAIL, version_id=shown.version_id)
    await deliver(postman)
    mail = inbox.to("hr@aurora.example")
    assert mail["subject"].startswith("5 persone devono ancora leggere")
    assert f"{PUBLIC_URL}/company/policies/pending?version={shown.version_id}" in text_of(mail)
    assert "Employee" not in text_of(mail)


async def test_if_all_have_answered_by_then_hr_is_left_in_peace(
    world: World, shown: AcknowledgeIn, inbox: Inbox, postman: Worker
) -> None:
    await set_assignment(world, shown.version_id, last_reminded_at=NOW)
    await ask_for(world, JobKind.ESCALATION_MAIL, version_id=shown.version_id)
    await deliver(postman)
    assert inbox.received == []


async def test_whoever_acknowledges_gets_exactly_what_was_recorded(
    world: World, shown: AcknowledgeIn, inbox: Inbox, postman: Worker, clock: type[Clock]
) -> None:
    await set_assignment(world, shown.version_id, last_reminded_at=NOW)
    clock.at = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)  # a Saturday night: it answers their own act, at once
    done = await world.act("employee").write(acknowledge, shown)
    await deliver(postman)
    text = text_of(inbox.to("employee@aurora.example"))
    statement = (await world.system().read(policies.texts, shown.version_id))["it"].statement
    for fact in (done.at, shown.content_sha256, shown.statement_sha256, "versione 1.0", statement):
        assert fact in text


async def test_the_statement_is_quoted_in_the_language_in_which_it_was_confirmed(
    world: World, inbox: Inbox, postman: Worker
) -> None:
    await in_english(world, "employee")
    shown = await world.published()  # the Italian text
    await set_assignment(world, shown.version_id, last_reminded_at=NOW)
    await world.act("employee").write(acknowledge, shown)
    await deliver(postman)
    text = text_of(inbox.to("employee@aurora.example"))
    statement = (await world.system().read(policies.texts, shown.version_id))["it"].statement
    assert "What you confirmed:" in text
    assert statement in text


async def test_whoever_has_no_address_gets_no_confirmation(
    world: World, shown: AcknowledgeIn, inbox: Inbox, postman: Worker
) -> None:
    await set_assignment(world, shown.version_id, last_reminded_at=NOW)

    def forget_address(ctx: Ctx) -> None:
        person = ctx.session.get(Person, (ctx.company_id, world.person["employee"]))
        assert person is not None
        person.email = None

    await world.system().write(forget_address)
    await world.act("employee").write(acknowledge, shown)
    await deliver(postman)
    assert inbox.received == []


async def test_the_text_is_taken_apart_for_its_minutes_when_the_transaction_is_over(
    world: World, shown: AcknowledgeIn
) -> None:
    asked = await assignment_of(world, shown.version_id, world.person["employee"])
    addressed = await world.system().read(policy_mails.published, asked.id)
    assert addressed is not None
    assert addressed[2]["minutes"]() >= 1


async def test_a_mail_about_what_is_no_longer_there_is_not_sent(world: World, inbox: Inbox, postman: Worker) -> None:
    nowhere = "00000000-0000-7000-8000-000000000000"
    await ask_for(world, JobKind.ACKNOWLEDGED_MAIL, acknowledgement_id=nowhere)
    for kind in (JobKind.PUBLISHED_MAIL, JobKind.REMINDER_MAIL, JobKind.ANSWER_MAIL, JobKind.QUESTION_MAIL):
        await ask_for(world, kind, assignment_id=nowhere)
    await deliver(postman)
    assert inbox.received == []
    assert await waiting(world) == []


def test_every_mail_about_policies_has_a_handler() -> None:
    assert set(MAIL_KINDS) <= set(HANDLERS)


async def test_the_receipt_and_the_text_come_with_the_mail(
    world: World, shown: AcknowledgeIn, inbox: Inbox, postman: Worker
) -> None:
    await world.act("employee").write(acknowledge, shown)
    await deliver(postman)
    files = files_of(inbox.to("employee@aurora.example"))
    checks = receipts.verify(json.loads(files["json"]), KINDS)
    assert {one.check for one in checks if one.outcome == "fail"} == set()
    texts = await world.system().read(policies.texts, shown.version_id)
    wholes = {language: whole_text(text.title, text.body) for language, text in texts.items()}
    assert files["md"].decode() == wholes["it"]
    assert content_sha256(wholes) == json.loads(files["json"])["leaf"]["content_sha256"]
    assert files["pdf"].startswith(b"%PDF")


async def test_a_mail_that_is_sent_again_carries_the_same_bytes(
    world: World, shown: AcknowledgeIn, inbox: Inbox, postman: Worker
) -> None:
    first = await world.act("employee").write(acknowledge, shown)
    await deliver(postman)
    await world.act("colleague").write(acknowledge, shown)
    await ask_for(world, JobKind.ACKNOWLEDGED_MAIL, acknowledgement_id=first.id)
    await deliver(postman)
    one, again = [files_of(mail) for mail in inbox.received if mail["to"] == "employee@aurora.example"]
    assert one == again
