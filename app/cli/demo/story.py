"""When everything in the demo happens, who acts, and with which dice."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from app.access.work import AgencyWork, Door, enter_agency
from app.authz import SignedIn
from app.cli.database import OPERATOR
from app.db import Database
from app.models.types import new_id
from app.rules.working_time import MONDAY_TO_FRIDAY, WorkingWindow, contains, next_moment

ROME = ZoneInfo("Europe/Rome")
_REQUEST_ID = "demo"
_SEED = 74


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of a company, and how they come in."""

    person_id: str
    account_id: str
    has_email: bool
    language: str
    starts_on: date
    window: WorkingWindow


@dataclass(slots=True)
class Staff:
    """The people of one company, by number."""

    company_id: str
    people: dict[str, Someone]


@dataclass(slots=True)
class Story:
    """The past of the demo, told from ``now``; the dice always fall alike."""

    db: Database
    now: datetime
    dice: Random = field(default_factory=lambda: Random(_SEED))  # noqa: S311 - nothing secret

    @property
    def today(self) -> date:
        return self.now.astimezone(ROME).date()

    def moment(self, days_ago: int, hour: int, minute: int) -> datetime:
        """Return a moment on a working day, so many days ago or a weekend earlier."""
        day = self.today - timedelta(days=days_ago)
        while day.weekday() not in MONDAY_TO_FRIDAY:
            day -= timedelta(days=1)
        return datetime.combine(day, time(hour, minute), ROME)

    def at_work(self, wish: datetime, window: WorkingWindow) -> datetime:
        """Return a moment of somebody's working time soon after they could have had one."""
        moment = next_moment(wish, ROME, window)
        waits = self.dice.uniform(4, 300) if moment > wish else self.dice.uniform(1, 4)
        later = moment + timedelta(minutes=waits)
        return later if contains(later, ROME, window) else moment

    def person(self, staff: Staff, number: str, at: datetime) -> Door:
        """Return work as somebody of the company, who has just signed in."""
        someone = staff.people[number]
        method = "magic_link" if someone.has_email else "invitation"
        return self._work(someone.account_id, method, staff.company_id, at)

    def operator(self, company_id: str, at: datetime) -> Door:
        return Door(self.db, OPERATOR, company_id, _REQUEST_ID, at)

    def owner(self, account_id: str, company_id: str, at: datetime) -> Door:
        return self._work(account_id, "magic_link", company_id, at)

    async def agency(self, account_id: str, agency_id: str, at: datetime) -> AgencyWork:
        caller = SignedIn(account_id, new_id(), "password", at, "it", agency_id, locked=False)
        return await enter_agency(self.db, caller, agency_id, _REQUEST_ID, at)

    def _work(self, account_id: str, method: str, company_id: str, at: datetime) -> Door:
        locked = method == "invitation"
        signed_in_at = at - timedelta(minutes=3)
        caller = SignedIn(account_id, new_id(), method, signed_in_at, "it", company_id, locked=locked)
        return Door(self.db, caller, company_id, _REQUEST_ID, at)
