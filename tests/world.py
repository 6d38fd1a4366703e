"""A small company in a fresh database: the fixed cast of most tests.

Rows are made through the real seam. ``act(name)`` gives a unit of work as that person, ``system()`` as the service.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlmodel import col

from app.access.work import Door
from app.authz import AgencyRole, Caller, EngagementScope, Role, SignedIn, System
from app.db import NO_COMPANY, Database, Scope
from app.models import (
    Account,
    Agency,
    AgencyMember,
    Company,
    Employment,
    Engagement,
    Job,
    Person,
    PolicyVersion,
    RoleGrant,
    Site,
    Team,
)
from app.models.types import new_id
from app.platform.files import Upload
from app.platform.outbox import JobKind
from app.policies.rows import policies
from app.policies.rows.acknowledgements import Recorded
from app.policies.schemas.acknowledgement import AcknowledgeIn, PaperIn
from app.policies.schemas.policy import PolicyIn, VersionIn
from app.policies.services import acknowledging
from app.policies.services import approval as policy_approval
from app.policies.services import drafting as policy_drafting
from app.policies.services import publishing as policy_publishing

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday morning in Rome
TODAY = date(2026, 11, 23)
ROLES = {
    "owner": [Role.OWNER],
    "second_owner": [Role.OWNER],
    "hr": [Role.HR],
    "marketing_lead": [Role.MARKETING_LEAD],
    "employee": [],
    "colleague": [],
}


@dataclass
class World:
    """Ids of everybody and everything, and ways to act."""

    db: Database
    company_id: str = field(default_factory=new_id)
    other_company_id: str = field(default_factory=new_id)
    agency_id: str = field(default_factory=new_id)
    account: dict[str, str] = field(default_factory=dict)
    person: dict[str, str] = field(default_factory=dict)
    team_id: str = ""
    site_id: str = ""
    shown: AcknowledgeIn | None = None

    def caller(self, name: str, organisation_id: str | None = None) -> SignedIn:
        """Return one of the cast, signed in with a password."""
        where = organisation_id or (self.other_company_id if name == "outsider" else self.company_id)
        return SignedIn(self.account[name], new_id(), "password", NOW, "it", where, locked=False)

    def act(self, name: str, now: datetime = NOW) -> Door:
        """Let one of the cast act in the company; the outsider tries it too."""
        return self.work(self.caller(name), now)

    def work(self, caller: Caller, now: datetime = NOW) -> Door:
        return Door(self.db, caller, self.company_id, "test-request", now)

    def system(self, now: datetime = NOW) -> Door:
        return self.work(System("test"), now)

    async def published(self, **facts: Any) -> AcknowledgeIn:
        """Publish a policy from the template and return what its Italian reader confirms."""
        policy = await self.act("hr").write(policy_drafting.create_policy, PolicyIn(name="Social media policy"))
        return await self.next_version(policy.id, **facts)

    async def next_version(self, policy_id: str, **facts: Any) -> AcknowledgeIn:
        """Write, approve and publish the next version; return what its Italian reader confirms."""
        version = await self.approved(policy_id, **facts)
        await self.act("owner").write(policy_publishing.publish, version.id)
        return await self.act("hr").read(confirmed, version.id, "it")

    async def approved(self, policy_id: str, **facts: Any) -> PolicyVersion:
        """Write and approve the next version, without publishing it."""
        data = VersionIn(**{"effective_on": TODAY, **facts})
        version = await self.act("hr").write(policy_drafting.create_version, policy_id, data)
        await self.system().write(_say_what_changed, version.id)
        await self.act("hr").write(policy_approval.submit, version.id)
        approved = await self.act("owner").write(policy_approval.approve, version.id)
        await self.db.write(NO_COMPANY, _forget_decision_mails)
        return approved


def confirmed(ctx: Any, version_id: str, language: str) -> AcknowledgeIn:
    """Return what the page of this version sends when its reader confirms."""
    shown = policies.shown(ctx, version_id, language)
    return AcknowledgeIn(
        version_id=version_id,
        content_sha256=shown.content_sha256,
        statement_sha256=shown.statement_sha256,
        language=language,
    )


def acknowledge(ctx: Any, shown: AcknowledgeIn) -> Recorded:
    """Acknowledge what was shown, in the policy that it is of."""
    return acknowledging.acknowledge(ctx, policies.version(ctx, shown.version_id).policy_id, shown)


def record_on_paper(ctx: Any, sheet: PaperIn, scan: Upload) -> Recorded:
    """Record a signed sheet, in the policy that it is of."""
    return acknowledging.record_on_paper(ctx, policies.version(ctx, sheet.version_id).policy_id, sheet, scan)


def _say_what_changed(ctx: Any, version_id: str) -> None:
    for text in policies.texts(ctx, version_id).values():
        text.summary = "Chiarite le garanzie." if text.language == "it" else "Guarantees made clearer."


def _forget_decision_mails(session: Session) -> None:
    """Leave only the mails that publishing brings: those about its approval have tests of their own."""
    kinds = [JobKind.SUBMITTED_MAIL, JobKind.APPROVED_MAIL]
    session.execute(delete(Job).where(col(Job.kind).in_(kinds)))


async def build(db: Database) -> World:
    """Make the company Aurora with its cast, an agency at its side, and another company with an outsider."""
    world = World(db)
    await db.write(Scope(), _outside_companies, world)
    await db.write(Scope(world.company_id), _company, world)
    await db.write(Scope(world.other_company_id), _other_company, world)
    return world


def _outside_companies(session: Session, world: World) -> None:
    for name in [*ROLES, "account_manager", "trainer", "outsider"]:
        account = Account(email=f"{name}@aurora.example", created_at=NOW)
        session.add(account)
        world.account[name] = account.id
    session.add(Agency(id=world.agency_id, name="Terza Riga", created_at=NOW))
    for company_id, name in (
        (world.company_id, "Pastificio Aurora"),
        (world.other_company_id, "Officine Brenta"),
    ):
        session.add(Company(id=company_id, name=name, created_at=NOW))
    session.flush()
    for name, role in (("account_manager", AgencyRole.ACCOUNT_MANAGER), ("trainer", AgencyRole.TRAINER)):
        session.add(
            AgencyMember(
                agency_id=world.agency_id,
                account_id=world.account[name],
                name=name,
                role=role,
                created_at=NOW,
            )
        )


def _company(session: Session, world: World) -> None:
    team, site = Team(name="Produzione"), Site(name="Stabilimento")
    session.add_all([team, site])
    session.flush()
    world.team_id, world.site_id = team.id, site.id
    for name, roles in ROLES.items():
        if name != "second_owner":
            world.person[name] = employ(session, world, name, roles, team_id=team.id, site_id=site.id)
    session.add(
        Engagement(
            agency_id=world.agency_id,
            scopes=[scope.value for scope in EngagementScope],
            starts_on=date(2026, 1, 1),
            agreement_signed_on=date(2026, 1, 1),
            agreement_reference="DPA 1",
            created_at=NOW,
        )
    )


def _other_company(session: Session, world: World) -> None:
    world.person["outsider"] = employ(session, world, "outsider", [Role.OWNER])


def employ(session: Session, world: World, name: str, roles: list[Role], **where: Any) -> str:
    """Add a person with a running employment and return their id."""
    person = Person(
        name=name.replace("_", " ").title(),
        email=f"{name}@aurora.example",
        account_id=world.account.get(name),
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(person)
    session.flush()
    session.add(Employment(person_id=person.id, starts_on=date(2020, 1, 1), **where))
    session.add_all(RoleGrant(person_id=person.id, role=role) for role in roles)
    return person.id


def join_another_agency(session: Session, account_id: str) -> None:
    """Make somebody a member of an agency, too, that comes before all others by name and has no clients."""
    agency = Agency(name="Al Volo", created_at=NOW)
    session.add(agency)
    session.flush()
    facts = {"name": "Anna Due", "role": AgencyRole.AGENCY_ADMIN, "created_at": NOW}
    session.add(AgencyMember(agency_id=agency.id, account_id=account_id, **facts))
