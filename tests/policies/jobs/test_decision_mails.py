"""The mails about decisions: who learns that a version waits, came back or is approved, and who does not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlmodel import col, select

from app.authz import EngagementScope
from app.context import Ctx
from app.errors import Forbidden
from app.jobs.loop import Worker
from app.models import Absence, Employment, Engagement, Person, PolicyVersion, RoleGrant
from app.policies.rows import policies
from app.policies.schemas.policy import PolicyIn, ReturnIn, TextIn, WithdrawIn
from app.policies.services import approval, drafting, publishing
from tests.inbox import Inbox, html_of, text_of
from tests.policies.jobs.postal import PUBLIC_URL, Clock, deliver, in_english, waiting
from tests.world import NOW, TODAY, World

TITLE = "Come parliamo di noi, e cosa resta tuo"
NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


async def written(world: World, *authors: str) -> PolicyVersion:
    """Return a draft on which all of these wrote."""
    first, *others = authors
    version = await world.act(first).write(drafting.start_policy, PolicyIn(name="Social media policy"))
    for author in others:
        await world.act(author).write(add_to, version.id, author)
    return version


def add_to(ctx: Ctx, version_id: str, word: str) -> None:
    text = policies.text(ctx, version_id, "it")
    words = TextIn(title=text.title, body=f"{text.body}\n\n{word}", statement=text.statement, summary=text.summary)
    drafting.write_text(ctx, version_id, "it", policies.version(ctx, version_id).row_version, words)


async def submitted(world: World, *authors: str) -> PolicyVersion:
    """Return a version of these authors that the first of them sent to approval."""
    version = await written(world, *authors)
    return await world.act(authors[0]).write(approval.submit, version.id)


async def give_back(world: World, version: PolicyVersion, by: str = "owner") -> None:
    await world.act(by).write(approval.request_changes, version.id, ReturnIn(reason="Togli <il link> al sito."))


async def take_role(world: World, name: str) -> None:
    person = world.person[name]
    mine = (RoleGrant.company_id == world.company_id, RoleGrant.person_id == person)
    await world.system().write(lambda ctx: ctx.session.execute(delete(RoleGrant).where(*mine)) and None)


async def test_approvers_learn_in_their_language_that_a_version_waits(
    world: World, inbox: Inbox, postman: Worker
) -> None:
    await in_english(world, "owner")
    version = await submitted(world, "marketing_lead")
    await deliver(postman)
    assert inbox.addresses == ["hr@aurora.example", "owner@aurora.example"]
    theirs = inbox.to("hr@aurora.example")
    assert theirs["subject"] == f"Pastificio Aurora, aspetta la tua decisione: {TITLE}"
    assert f"{PUBLIC_URL}/company/policies/versions/{version.id}/review" in text_of(theirs)
    mine = inbox.to("owner@aurora.example")
    assert mine["subject"].startswith("Pastificio Aurora, waiting for your decision: ")
    assert "Review it" in html_of(mine)


async def test_the_only_author_is_not_asked_to_approve(world: World, inbox: Inbox, postman: Worker) -> None:
    await submitted(world, "hr")
    await deliver(postman)
    assert inbox.addresses == ["owner@aurora.example"]


async def test_one_author_of_several_may_approve_and_is_asked(world: World, inbox: Inbox, postman: Worker) -> None:
    await submitted(world, "marketing_lead", "hr")
    await deliver(postman)
    assert inbox.addresses == ["hr@aurora.example", "owner@aurora.example"]


async def test_nobody_is_told_what_they_did_themselves(world: World, inbox: Inbox, postman: Worker) -> None:
    version = await submitted(world, "hr", "owner")
    await deliver(postman)
    assert inbox.addresses == ["owner@aurora.example"]
    await give_back(world, version)
    await deliver(postman)
    assert inbox.addresses == ["hr@aurora.example", "owner@aurora.example"]


async def test_what_was_decided_meanwhile_waits_no_more(world: World, inbox: Inbox, postman: Worker) -> None:
    version = await submitted(world, "hr")
    await world.act("owner").write(approval.approve, version.id)
    await deliver(postman)
    assert inbox.addresses == ["hr@aurora.example"]  # its author, that it is approved


async def test_what_was_sent_again_meanwhile_is_announced_once(world: World, inbox: Inbox, postman: Worker) -> None:
    version = await submitted(world, "hr")
    await give_back(world, version)
    later = NOW + timedelta(minutes=1)
    await world.act("hr", later).write(approval.submit, version.id)
    await deliver(postman)
    assert inbox.addresses == ["owner@aurora.example"]
    assert await waiting(world) == []


async def test_authors_learn_why_a_version_came_back(world: World, inbox: Inbox, postman: Worker) -> None:
    version = await submitted(world, "hr", "marketing_lead")
    await give_back(world, version)
    await deliver(postman)
    assert inbox.addresses == ["hr@aurora.example", "marketing_lead@aurora.example"]
    mail = inbox.to("hr@aurora.example")
    assert mail["subject"].strip() == f"Pastificio Aurora, chieste modifiche: {TITLE}"
    assert "Togli <il link> al sito." in text_of(mail)
    assert "Togli &lt;il link&gt; al sito." in html_of(mail)
    assert f"{PUBLIC_URL}/company/policies/versions/{version.id}/edit" in text_of(mail)


async def test_authors_learn_that_their_version_is_approved(world: World, inbox: Inbox, postman: Worker) -> None:
    version = await submitted(world, "marketing_lead", "hr")
    await world.act("hr").write(approval.approve, version.id)
    await deliver(postman)
    assert inbox.addresses == ["marketing_lead@aurora.example"]
    text = text_of(inbox.received[0])
    assert f"«{TITLE}» è stata approvata come versione 1.0." in text
    assert "Nessuno deve leggerla finché non è pubblicata." in text
    assert f"{PUBLIC_URL}/company/policies/{version.policy_id}" in text


async def test_an_approved_version_that_is_published_by_then_is_not_said_to_wait(
    world: World, inbox: Inbox, postman: Worker
) -> None:
    version = await submitted(world, "hr")
    await world.act("owner").write(approval.approve, version.id)
    await world.act("owner").write(publishing.publish, version.id)
    await deliver(postman)
    (mail,) = [one for one in inbox.received if "approvata" in one["subject"]]
    assert "finché" not in text_of(mail)


async def test_an_approved_version_that_was_withdrawn_is_not_announced(
    world: World, inbox: Inbox, postman: Worker
) -> None:
    version = await submitted(world, "hr")
    await world.act("owner").write(approval.approve, version.id)
    await world.act("owner").write(publishing.withdraw, version.id, WithdrawIn(reason="Ripensata."))
    await deliver(postman)
    assert inbox.received == []


@pytest.mark.parametrize("when", ["before it is split", "after it was split"])
async def test_an_approver_without_the_role_by_then_is_not_written_to(
    world: World, inbox: Inbox, postman: Worker, when: str
) -> None:
    await submitted(world, "marketing_lead")
    if when == "after it was split":
        await postman.run_due()
        assert len(await waiting(world)) == 2
    await take_role(world, "hr")
    await deliver(postman)
    assert inbox.addresses == ["owner@aurora.example"]
    assert await waiting(world) == []


async def test_an_author_without_the_role_by_then_is_not_written_to(
    world: World, inbox: Inbox, postman: Worker
) -> None:
    version = await submitted(world, "hr", "marketing_lead")
    await give_back(world, version)
    await take_role(world, "marketing_lead")
    await deliver(postman)
    assert inbox.addresses == ["hr@aurora.example"]


async def test_an_author_who_left_by_then_is_not_written_to(world: World, inbox: Inbox, postman: Worker) -> None:
    version = await submitted(world, "hr", "marketing_lead")
    await give_back(world, version)

    def leave(ctx: Ctx) -> None:
        wanted = select(Employment).where(col(Employment.person_id) == world.person["hr"])
        ctx.session.scalars(wanted).one().ends_on = TODAY - timedelta(days=1)

    await world.system().write(leave)
    await deliver(postman)
    assert inbox.addresses == ["marketing_lead@aurora.example"]


async def test_an_author_of_the_agency_learns_what_became_of_it(world: World, inbox: Inbox, postman: Worker) -> None:
    version = await submitted(world, "account_manager")
    await deliver(postman)
    assert inbox.addresses == ["hr@aurora.example", "owner@aurora.example"]
    await give_back(world, version)
    await deliver(postman)
    assert "Togli <il link> al sito." in text_of(inbox.to("account_manager@aurora.example"))


@pytest.mark.parametrize(
    "values",
    [{"scopes": [EngagementScope.REPORT.value]}, {"ends_on": date(2026, 11, 22)}],
    ids=["may not write any more", "does not work for the company any more"],
)
async def test_an_author_of_an_agency_that_may_not_write_by_then_is_not_written_to(
    world: World, inbox: Inbox, postman: Worker, values: dict[str, Any]
) -> None:
    version = await submitted(world, "account_manager")
    await give_back(world, version)
    mine = Engagement.company_id == world.company_id
    await world.system().write(
        lambda ctx: ctx.session.execute(update(Engagement).where(mine).values(**values)) and None
    )
    await deliver(postman)
    assert inbox.received == []
    assert await waiting(world) == []


async def test_each_reader_is_written_to_in_their_own_working_hours(
    world: World, inbox: Inbox, postman: Worker, clock: type[Clock]
) -> None:
    await submitted(world, "marketing_lead")
    mine = (Employment.company_id == world.company_id, Employment.person_id == world.person["owner"])
    afternoon = update(Employment).where(*mine).values(working_window="14:00-18:00 mon-fri")
    await world.system().write(lambda ctx: ctx.session.execute(afternoon) and None)
    clock.at = NIGHT
    await postman.run_due()
    await postman.run_due()
    assert inbox.received == []
    opens = {job.payload["to"]: job.run_at.hour for job in await waiting(world)}
    assert opens == {world.person["hr"]: 8, world.person["owner"]: 13}


async def test_an_agency_is_written_to_in_office_hours(
    world: World, inbox: Inbox, postman: Worker, clock: type[Clock]
) -> None:
    version = await submitted(world, "account_manager")
    await give_back(world, version)
    clock.at = NIGHT
    for _ in range(2):
        await postman.run_due()
    assert inbox.received == []
    assert [job.run_at.hour for job in await waiting(world)] == [8]


async def test_an_absent_reader_is_written_to_when_they_are_back(
    world: World, inbox: Inbox, postman: Worker, clock: type[Clock]
) -> None:
    away = Absence(person_id=world.person["owner"], starts_on=TODAY, ends_on=TODAY + timedelta(days=1))
    await world.system().write(lambda ctx: ctx.session.add(away))
    await submitted(world, "hr")
    await postman.run_due()
    for day in (0, 1):
        clock.at = NOW + timedelta(days=day)
        await postman.run_due()
        (job,) = await waiting(world)
        assert job.run_at == datetime(2026, 11, 24 + day, 8, 0, tzinfo=UTC)
        assert inbox.received == []
    clock.at = NOW + timedelta(days=2)
    await deliver(postman)
    assert inbox.addresses == ["owner@aurora.example"]


async def test_who_did_not_accept_to_belong_here_is_not_written_to(world: World, inbox: Inbox, postman: Worker) -> None:
    mine = (Person.company_id == world.company_id, Person.id == world.person["hr"])
    refused = update(Person).where(*mine).values(accepted=False)
    await world.system().write(lambda ctx: ctx.session.execute(refused) and None)
    await submitted(world, "marketing_lead")
    await deliver(postman)
    assert inbox.addresses == ["owner@aurora.example"]


async def test_a_refused_step_asks_for_no_mail(world: World) -> None:
    version = await submitted(world, "hr")
    before = len(await waiting(world))
    with pytest.raises(Forbidden):
        await world.act("hr").write(approval.approve, version.id)
    assert len(await waiting(world)) == before
