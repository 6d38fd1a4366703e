"""Writing policies, versions and texts."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from app.context import Ctx
from app.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from app.models import (
    AuditEvent,
    Company,
    Employment,
    Person,
    PolicyAudience,
    PolicyKind,
    PolicyText,
    PolicyVersion,
    Site,
    VersionAuthor,
)
from app.models.types import new_id
from app.policies.rows import audience, authorship, policies
from app.policies.rules.version import VersionState
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.policies.schemas.policy import DraftIn, PolicyIn, ReturnIn, TextIn, VersionChange, VersionIn
from app.policies.services import approval as policy_approval
from app.policies.services import drafting as policy_drafting
from app.policies.services.templates import unnamed
from tests.world import TODAY, World


async def draft(world: World, kind: PolicyKind = PolicyKind.INTERNAL) -> PolicyVersion:
    made = PolicyIn(name="Social media policy", kind=kind)
    return await world.act("hr").write(policy_drafting.start_policy, made)


async def text(world: World, version_id: str, language: str = "it") -> PolicyText:
    return await world.act("hr").read(policies.text, version_id, language)


async def on_screen(world: World, version: PolicyVersion, language: str = "it", **typed: Any) -> DraftIn:
    """Return what the editor sends for this draft when only ``typed`` was changed."""
    words = await text(world, version.id, language)
    shown = {name: getattr(words, name) for name in TextIn.model_fields}
    facts = {name: getattr(version, name) for name in ("effective_on", "material", "disciplinary", "grace_days")}
    seen = policies.draft_fingerprint(version, words)
    return DraftIn(**{**shown, **facts, "seen": seen, **typed})


def count(ctx: Ctx, model: type[Any]) -> int:
    return ctx.session.execute(select(func.count(model.id))).scalar_one()


async def test_the_first_draft_is_the_guided_template_in_both_languages(world: World) -> None:
    version = await draft(world)
    texts = await world.act("hr").read(policies.texts, version.id)
    assert set(texts) == {"it", "en"}
    assert "Pastificio Aurora" in texts["it"].body
    assert "{version}" in texts["it"].statement
    assert (version.state, version.effective_on, version.material, version.disciplinary) == (
        VersionState.DRAFT,
        TODAY,
        True,
        True,
    )


async def test_a_public_policy_starts_from_its_own_template_and_holds_no_disciplinary_rules(world: World) -> None:
    version = await draft(world, PolicyKind.EXTERNAL)
    assert not version.disciplinary
    assert (await text(world, version.id)).title == "Le regole delle nostre pagine"


async def test_a_template_names_the_contact_of_the_company(world: World) -> None:
    def set_contact(ctx: Ctx) -> None:
        ctx.session.get_one(Company, ctx.company_id).contact = "social@aurora.example"

    await world.system().write(set_contact)
    version = await draft(world)
    assert "social@aurora.example" in (await text(world, version.id)).body


async def test_a_policy_can_be_for_some_teams_that_exist(world: World) -> None:
    made = PolicyIn(name="Per la produzione", team_ids=[world.team_id, world.team_id])
    policy = await world.act("hr").write(policy_drafting.create_policy, made)
    rows = select(col(PolicyAudience.team_id)).where(col(PolicyAudience.policy_id) == policy.id)
    assert await world.system().read(lambda ctx: list(ctx.session.scalars(rows))) == [world.team_id]
    with pytest.raises(Invalid) as refused:
        await world.act("hr").write(policy_drafting.create_policy, PolicyIn(name="X", team_ids=[new_id()]))
    assert refused.value.errors[0].pointer == "/team_ids/0"


@pytest.mark.parametrize(
    ("named", "asked"),
    [
        ({"roles": ["hr"]}, {"Hr"}),
        ({"roles": ["hr", "owner"]}, {"Hr", "Owner"}),
        ({"languages": ["en"]}, {"Colleague"}),
        ({"roles": ["hr"], "languages": ["en"]}, set()),
    ],
)
async def test_a_policy_can_be_for_roles_and_languages(
    world: World, named: dict[str, list[str]], asked: set[str]
) -> None:
    def speak_english(ctx: Ctx) -> None:
        ctx.session.get_one(Person, (ctx.company_id, world.person["colleague"])).language = "en"

    await world.system().write(speak_english)
    policy = await world.act("hr").write(policy_drafting.create_policy, PolicyIn(name="Per alcuni", **named))
    assert await in_audience(world, policy.id) == asked


async def test_a_policy_for_a_team_and_a_site_is_for_people_who_work_in_both(world: World) -> None:
    def work_in_lecce(ctx: Ctx) -> str:
        site = Site(name="Lecce")
        ctx.session.add(site)
        ctx.session.flush()
        wanted = select(Employment).where(col(Employment.person_id) == world.person["employee"])
        ctx.session.scalars(wanted).one().site_id = site.id
        return site.id

    site_id = await world.system().write(work_in_lecce)
    made = PolicyIn(name="Per Lecce", team_ids=[world.team_id], site_ids=[site_id])
    policy = await world.act("hr").write(policy_drafting.create_policy, made)
    assert await in_audience(world, policy.id) == {"Employee"}


async def in_audience(world: World, policy_id: str) -> set[str]:
    def names(ctx: Ctx) -> set[str]:
        ids = [row.person_id for row in audience.people(ctx, policy_id, "", 100)]
        return set(ctx.session.scalars(select(col(Person.name)).where(col(Person.id).in_(ids))))

    return await world.system().read(names)


async def test_there_is_one_draft_at_a_time(world: World) -> None:
    version = await draft(world)
    with pytest.raises(Conflict) as refused:
        await world.act("hr").write(policy_drafting.start_version, version.policy_id)
    assert refused.value.code == "draft_exists"


async def test_the_next_draft_starts_from_the_last_text_without_its_label(world: World, shown: AcknowledgeIn) -> None:
    before = await text(world, shown.version_id)
    policy_id = (await world.system().read(policies.version, shown.version_id)).policy_id
    version = await world.act("hr").write(policy_drafting.start_version, policy_id)
    after = await text(world, version.id)
    assert "1.0" in before.statement
    assert "{version}" in after.statement
    assert "1.0" not in after.statement
    assert (after.body, after.summary) == (before.body, "")


@pytest.mark.parametrize(
    ("statement", "label", "expected"),
    [
        ("version 1.0 of it", "1.0", "version {version} of it"),
        ("Read version 1.0.", "1.0", "Read version {version}."),
        ("version 11.0, 1.0.1 and 1.05", "1.0", "version 11.0, 1.0.1 and 1.05"),
        ("version {version}", "", "version {version}"),
    ],
)
def test_only_the_label_itself_gives_way_to_the_next(statement: str, label: str, expected: str) -> None:
    assert unnamed(statement, label) == expected


async def test_facts_change_by_compare_and_set(world: World) -> None:
    version = await draft(world)
    change = VersionChange(grace_days=30)
    changed = await world.act("hr").write(policy_drafting.change_version, version.id, 1, change)
    assert (changed.grace_days, changed.row_version) == (30, 2)
    with pytest.raises(PreconditionFailed):
        await world.act("hr").write(policy_drafting.change_version, version.id, 1, VersionChange(grace_days=1))


async def test_a_text_is_written_by_compare_and_set_and_signed_by_its_author(world: World) -> None:
    version = await draft(world)
    words = TextIn(title="Come parliamo", body="## Scopo\r\n\r\nParlare chiaro.", statement="Ho letto.")
    written = await world.act("marketing_lead").write(policy_drafting.write_text, version.id, "it", 1, words)
    assert written.row_version == 2
    assert (await text(world, version.id)).body == "## Scopo\n\nParlare chiaro."
    authors = await world.act("hr").read(authorship.authors, version.id)
    assert authors == {world.person["hr"], world.person["marketing_lead"]}
    with pytest.raises(PreconditionFailed):
        await world.act("hr").write(policy_drafting.write_text, version.id, "it", 1, words)


async def test_sending_the_same_words_again_makes_no_author(world: World) -> None:
    version = await draft(world)
    same = await text(world, version.id)
    words = TextIn(title=same.title, body=same.body, statement=same.statement, summary=same.summary)
    await world.act("marketing_lead").write(policy_drafting.write_text, version.id, "it", 1, words)
    assert await world.act("hr").read(authorship.authors, version.id) == {world.person["hr"]}


async def test_no_other_language_than_ours_can_be_written(world: World) -> None:
    version = await draft(world)
    words = TextIn(title="T", body="B", statement="S")
    with pytest.raises(NotFound):
        await world.act("hr").write(policy_drafting.write_text, version.id, "de", 1, words)


async def test_the_editor_saves_text_and_facts_together(world: World) -> None:
    version = await draft(world)
    typed = await on_screen(world, version, title="Titolo nuovo", grace_days=21)
    saved = await world.act("hr").write(policy_drafting.save_draft, version.id, "it", typed)
    assert (saved.grace_days, (await text(world, version.id)).title) == (21, "Titolo nuovo")


async def test_saving_the_same_twice_is_once(world: World) -> None:
    version = await draft(world)
    typed = await on_screen(world, version, title="Titolo nuovo")
    first = await world.act("hr").write(policy_drafting.save_draft, version.id, "it", typed)
    second = await world.act("hr").write(policy_drafting.save_draft, version.id, "it", typed)
    assert first.row_version == second.row_version == 2


async def test_a_text_that_somebody_else_changed_is_not_replaced_unknowingly(world: World) -> None:
    version = await draft(world)
    mine, theirs = [await on_screen(world, version, title=title) for title in ("Mio", "Suo")]
    await world.act("marketing_lead").write(policy_drafting.save_draft, version.id, "it", theirs)
    with pytest.raises(PreconditionFailed):
        await world.act("hr").write(policy_drafting.save_draft, version.id, "it", mine)
    assert (await text(world, version.id)).title == "Suo"


async def test_two_languages_can_be_written_at_the_same_time(world: World) -> None:
    version = await draft(world)
    italian = await on_screen(world, version, "it", title="Titolo")
    english = await on_screen(world, version, "en", title="Title")
    await world.act("hr").write(policy_drafting.save_draft, version.id, "it", italian)
    await world.act("marketing_lead").write(policy_drafting.save_draft, version.id, "en", english)
    texts = await world.act("hr").read(policies.texts, version.id)
    assert (texts["it"].title, texts["en"].title) == ("Titolo", "Title")


async def test_a_language_can_be_taken_out_and_put_back_but_not_the_last_one(world: World) -> None:
    version = await draft(world)
    hr = world.act("hr")
    removed = await hr.write(policy_drafting.remove_text, version.id, "en", 1)
    with pytest.raises(NotFound):
        await hr.write(policy_drafting.remove_text, version.id, "en", removed.row_version)
    with pytest.raises(Conflict) as refused:
        await hr.write(policy_drafting.remove_text, version.id, "it", removed.row_version)
    assert refused.value.code == "last_language"
    added = await hr.write(policy_drafting.add_text, version.id, "en")
    again = await hr.write(policy_drafting.add_text, version.id, "en")
    assert added.row_version == again.row_version == 3
    assert set(await hr.read(policies.texts, version.id)) == {"it", "en"}


async def test_a_draft_that_nobody_judged_can_be_thrown_away_with_a_trace(world: World) -> None:
    version = await draft(world)
    await world.act("hr").write(policy_drafting.discard, version.id)
    for model in (PolicyVersion, PolicyText, VersionAuthor):
        assert await world.system().read(count, model) == 0
    trace = select(AuditEvent.action).where(AuditEvent.subject_id == version.id).order_by(AuditEvent.id.desc())
    last = await world.system().read(lambda ctx: ctx.session.execute(trace).scalars().first())
    assert last == "policy_version:discarded"
    await world.act("hr").write(policy_drafting.start_version, version.policy_id)


async def test_a_draft_that_was_sent_for_approval_stays_on_record(world: World) -> None:
    version = await draft(world)
    await world.act("hr").write(policy_approval.submit, version.id)
    await world.act("owner").write(policy_approval.request_changes, version.id, ReturnIn(reason="Più breve."))
    with pytest.raises(Conflict) as refused:
        await world.act("hr").write(policy_drafting.discard, version.id)
    assert refused.value.code == "was_submitted"


async def test_whoever_may_not_write_or_is_of_another_company_is_refused(world: World) -> None:
    version = await draft(world)
    change = VersionChange(grace_days=1)
    with pytest.raises(Forbidden):
        await world.act("employee").write(policy_drafting.change_version, version.id, 1, change)
    with pytest.raises(NotFound):
        await world.act("outsider").write(policy_drafting.change_version, version.id, 1, change)
    with pytest.raises(NotFound):
        await world.act("hr").write(policy_drafting.create_version, new_id(), VersionIn(effective_on=TODAY))


async def test_the_agency_may_write_but_never_decide(world: World) -> None:
    version = await draft(world)
    typed = await on_screen(world, version, title="Dall’agenzia")
    await world.act("account_manager").write(policy_drafting.save_draft, version.id, "it", typed)
    await world.act("account_manager").write(policy_approval.submit, version.id)
    with pytest.raises(Forbidden):
        await world.act("account_manager").write(policy_approval.approve, version.id)


async def test_a_version_is_held_only_in_its_own_company(world: World) -> None:
    with pytest.raises(NotFound):
        await world.act("hr").write(policies.hold, new_id())
