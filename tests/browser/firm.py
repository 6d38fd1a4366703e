"""A company in the middle of its work, with a row behind every page: what the browser's tour of all pages visits."""

from datetime import UTC, date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlmodel import col, select

from app.accounts.services import sign_in
from app.authz import AgencyRole
from app.context import AccountCtx, Ctx
from app.db import NO_COMPANY
from app.jobs.mail import compose
from app.models import (
    AgencyMember,
    Assignment,
    Certificate,
    Course,
    DevelopmentMail,
    OAuthClient,
    PolicyKind,
    SignInMethod,
)
from app.models.types import new_id
from app.people.services import import_files
from app.policies.rows import policies
from app.policies.schemas.acknowledgement import AnswerIn
from app.policies.schemas.policy import PolicyIn
from app.policies.schemas.posting import PostingIn
from app.policies.services import acknowledging, posting, reminding
from app.policies.services import approval as policy_approval
from app.policies.services import drafting as policy_drafting
from app.training.rules.hours import MinutesKind
from app.training.schemas.hours import CorrectionIn
from app.training.services import attempting, authoring, crediting, taking
from tests.crowd import crew
from tests.site import LIFETIMES
from tests.training import courses
from tests.world import TODAY, World, acknowledge

Ids = dict[str, str]
PEOPLE = b"nome;reparto\nAmina El Amrani;Produzione\n;Uffici\n"


async def furnish(world: World) -> Ids:
    """Give the company texts in every state, answers, a posting, a list half imported; return the rows by table.

    Versions also go by the last word of the page they are for: the draft by ``edit``, the one that waits for approval
    by ``review``, the approved one by ``publish``.
    """
    hr, owner = world.act("hr"), world.act("owner")
    today = datetime.now(UTC).date()
    await crew(world, "Magazzino centrale", 1, email=False)
    first = await world.published(effective_on=today)
    confirmed = await world.act("employee").write(acknowledge, first)
    policy_id = (await world.system().read(policies.version, first.version_id)).policy_id
    second = await world.next_version(policy_id, effective_on=today)
    question = AnswerIn(version_id=second.version_id, kind="question", note="Vale anche per me?")
    await world.act("colleague").write(acknowledging.answer, question)
    await hr.write(reminding.remind_now, second.version_id)
    posted = PostingIn(place="Bacheca", starts_on=TODAY)
    await _hours(world)
    return {
        **await _course(world),
        "company": world.company_id,
        "policy": policy_id,
        "policy_version": second.version_id,
        "edit": (await hr.write(policy_drafting.start_version, policy_id)).id,
        "review": await _submitted(world, PolicyKind.INTERNAL),
        "publish": await _approved(world, PolicyKind.EXTERNAL),
        "posting_record": (await owner.write(posting.record, second.version_id, posted)).id,
        # Lists that nobody imports are forgotten after a day, and the server's day is today.
        "stored_file": await world.act("hr", datetime.now(UTC)).write(import_files.keep, "persone.csv", PEOPLE),
        "person": world.person["employee"],
        "acknowledgement": confirmed.id,
        "assignment": await world.system().read(_asked, world.person["colleague"], second.version_id),
        "development_mail": await world.db.write(NO_COMPANY, _outside, world),
    }


async def _course(world: World) -> Ids:
    """Publish a course whose quiz somebody is in the middle of."""
    version = await courses.published(world, questions=courses.ALL_KINDS)
    lessons, employee = await world.system().read(courses.lessons_of, version.id), world.act("employee")
    for lesson in lessons:
        await employee.write(taking.finish_lesson, version.course_id, lesson.key, "it")
    attempt = await employee.write(attempting.begin, version.course_id)
    passed = await courses.published(world, questions=(), lessons=1, name="Un corso breve")
    (lesson,) = await world.system().read(courses.lessons_of, passed.id)
    await employee.write(taking.finish_lesson, passed.course_id, lesson.key, "it")
    await world.system().write(_as_a_copy, version.course_id)
    draft = await world.act("hr").write(authoring.start_version, version.course_id)
    ids = {"course": version.course_id, "course_version": draft.id, "lesson_key": lessons[0].key}
    return {**ids, "quiz_attempt": attempt.id, "certificate": await world.system().read(_certificate)}


async def _hours(world: World) -> None:
    """Recognise hours of two people in the month that addresses name (tests/tenancy/routes.py)."""
    month = date(2020, 1, 31)
    for who, minutes in (("employee", 90), ("colleague", 51)):
        person_id = world.person[who]
        await world.system().write(crediting.credit, person_id, minutes, MinutesKind.SESSION, new_id(), month)
    left_early = CorrectionIn(
        person_id=world.person["employee"], minutes=-45, reason="Uscita prima, come da foglio firme.", on=month
    )
    await world.act("hr").write(crediting.correct, left_early)


def _as_a_copy(ctx: Ctx, course_id: str) -> None:
    course = ctx.session.get_one(Course, (ctx.company_id, course_id))
    course.origin_company_id = course.origin_course_id = course.origin_version_id = new_id()


def _certificate(ctx: Ctx) -> str:
    return ctx.session.scalars(select(Certificate.id)).one()


async def _submitted(world: World, kind: PolicyKind) -> str:
    draft = await world.act("hr").write(policy_drafting.start_policy, PolicyIn(name="Netiquette", kind=kind))
    await world.act("hr").write(policy_approval.submit, draft.id)
    return draft.id


async def _approved(world: World, kind: PolicyKind) -> str:
    version_id = await _submitted(world, kind)
    await world.act("owner").write(policy_approval.approve, version_id)
    return version_id


def _asked(ctx: Ctx, person_id: str, version_id: str) -> str:
    wanted = select(Assignment.id).where(Assignment.person_id == person_id, Assignment.version_id == version_id)
    return ctx.session.scalars(wanted).one()


def _outside(session: Session, world: World) -> str:
    link = compose("sign_in_link", "hr@aurora.example", "it", {"token": "pvl_x", "minutes": 10}, "https://voce.example")
    parts = {"recipient": link.recipient, "subject": link.subject, "text": link.text, "html": link.html}
    mail = DevelopmentMail(**parts, at=datetime.now(UTC))
    client = OAuthClient(
        owner_company=world.company_id, name="Paghe", secret_hash="0" * 64, scopes=["people:read"], created_at=mail.at
    )
    session.add_all([mail, client])
    manager = update(AgencyMember).where(col(AgencyMember.account_id) == world.account["account_manager"])
    session.execute(manager.values(role=AgencyRole.AGENCY_ADMIN))  # whose pages are the agency's own as well
    return mail.id


def session_of(session: Session, account_id: str, organisation_id: str) -> str:
    """Sign an account in without its sign-in page; return what its browser's cookie holds."""
    ctx = AccountCtx(session, None, datetime.now(UTC), "test-request")
    browser = sign_in.Browser("Test", LIFETIMES)
    return sign_in.open_for(ctx, account_id, SignInMethod.PASSWORD, browser, organisation_id=organisation_id)
