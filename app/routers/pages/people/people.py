"""The people of the company: the list, and one person with what can be done about them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.access.work import Work
from app.authz import Role
from app.models import Employment
from app.people.queries import people as people_queries
from app.people.queries import person_page
from app.people.rules.granting import may_grant
from app.people.schemas.people import (
    AbsenceChange,
    AbsenceForm,
    AbsenceIn,
    EraseForm,
    LeaveIn,
    PersonFacts,
    PersonForm,
    PersonIn,
    RejoinIn,
    RoleForm,
)
from app.people.services import absences, erasure, leaving, people, roles
from app.people.web.words import ROLES, STATUSES
from app.routers.pages.waits import COMPANY_PAGES
from app.rules.working_time import WorkingWindow
from app.web.door import PageWork
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.i18n import LANGUAGES
from app.web.ids import PathId
from app.web.render import language_of, page, translate
from app.wording import N_

router = APIRouter(prefix="/company/people", dependencies=COMPANY_PAGES)
_FIELDS = {"email_taken": "email", "external_id_taken": "external_id", "still_employed": "starts_on"}
_USUAL_HOURS = Employment.model_fields["working_window"].default


@router.get("/new")
async def new(request: Request, work: PageWork) -> Response:
    return await _new(request, work)


@router.post("/new")
async def create(
    request: Request, work: PageWork, form: Annotated[Posted[PersonIn], Depends(posted(PersonIn))]
) -> Response:
    """Take a person on and go back to the list, where the next one can be added."""
    done = await submitted(form, lambda data: work.write(people.create, data), _FIELDS)
    if isinstance(done, Refused):
        return await _new(request, work, done)
    return _to_list(request, N_("%(name)s is in the list."), done)


@router.get("/{person_id}")
async def one(request: Request, work: PageWork, person_id: PathId) -> Response:
    return await _person(request, work, person_id)


@router.post("/{person_id}")
async def change(
    request: Request,
    work: PageWork,
    person_id: PathId,
    form: Annotated[Posted[PersonForm], Depends(posted(PersonForm, hidden=("row_version",)))],
) -> Response:
    """Change everything the form shows; what was typed is kept if that is refused."""
    done = await submitted(
        form, lambda data: work.write(people.change, person_id, data.row_version, data.change()), _FIELDS
    )
    if isinstance(done, Refused):
        return await _person(request, work, person_id, done)
    return _to_list(request, N_("The changes to %(name)s are saved."), done)


@router.post("/{person_id}/leave")
async def leave(
    request: Request,
    work: PageWork,
    person_id: PathId,
    form: Annotated[Posted[LeaveIn], Depends(posted(LeaveIn))],
) -> Response:
    """End the employment with the day that was chosen."""
    done = await submitted(
        form, lambda data: work.write(leaving.leave, person_id, data.last_day), {"last_owner": "last_day"}
    )
    if isinstance(done, Refused):
        return await _person(request, work, person_id, done)
    return _to_list(request, N_("The last day of %(name)s is noted. What they confirmed stays on record."), done)


@router.post("/{person_id}/erase")
async def erase(
    request: Request,
    work: PageWork,
    person_id: PathId,
    form: Annotated[Posted[EraseForm], Depends(posted(EraseForm))],
) -> Response:
    """Erase a person who left, once their name is typed."""
    done = await submitted(form, lambda data: work.write(erasure.erase, person_id, data.confirmed_name))
    if isinstance(done, Refused):
        return await _person(request, work, person_id, done)
    said = translate(request, N_("What was kept about this person is erased."))
    return redirect("/company/people", Flash("success", said))


@router.post("/{person_id}/rejoin")
async def rejoin(
    request: Request,
    work: PageWork,
    person_id: PathId,
    form: Annotated[Posted[RejoinIn], Depends(posted(RejoinIn))],
) -> Response:
    """Take somebody back who left."""
    done = await submitted(form, lambda data: work.write(people.rejoin, person_id, data), _FIELDS)
    if isinstance(done, Refused):
        return await _person(request, work, person_id, done)
    return _to_list(request, N_("%(name)s is in the list."), done)


@router.post("/{person_id}/roles")
async def change_role(
    request: Request,
    work: PageWork,
    person_id: PathId,
    form: Annotated[Posted[RoleForm], Depends(posted(RoleForm, hidden=("action",)))],
) -> Response:
    """Give or take one role."""

    async def act(data: RoleForm) -> None:
        verb = roles.grant if data.action == "grant" else roles.revoke
        await work.write(verb, person_id, Role(data.role))

    done = await submitted(form, act, {"last_owner": "role"})
    if isinstance(done, Refused):
        return await _person(request, work, person_id, done)
    return _to_person(request, person_id, N_("The roles are changed."))


@router.post("/{person_id}/absences")
async def record_absence(
    request: Request,
    work: PageWork,
    person_id: PathId,
    form: Annotated[Posted[AbsenceIn], Depends(posted(AbsenceIn))],
) -> Response:
    """Note from when to when a person is away."""
    done = await submitted(
        form, lambda data: work.write(absences.record, person_id, data), {"absence_overlaps": "starts_on"}
    )
    if isinstance(done, Refused):
        return await _person(request, work, person_id, done)
    return _to_person(request, person_id, N_("Noted. No mail goes out and nothing becomes due until they are back."))


@router.post("/{person_id}/absences/{absence_id}")
async def change_absence(
    request: Request,
    work: PageWork,
    person_id: PathId,
    absence_id: PathId,
    form: Annotated[Posted[AbsenceForm], Depends(posted(AbsenceForm))],
) -> Response:
    """Set another last day, or take the absence back."""

    async def act(data: AbsenceForm) -> None:
        if data.action == "remove":
            await work.write(absences.remove, person_id, absence_id)
        else:
            await work.write(absences.change, person_id, absence_id, AbsenceChange(ends_on=data.ends_on))

    done = await submitted(form, act)
    if isinstance(done, Refused):
        return await _person(request, work, person_id, done)
    return _to_person(request, person_id, N_("The absence is changed."))


def _to_person(request: Request, person_id: str, text: str) -> Response:
    return redirect(f"/company/people/{person_id}", Flash("success", translate(request, text)))


def _to_list(request: Request, text: str, person: PersonFacts) -> Response:
    return redirect("/company/people", Flash("success", translate(request, text, name=person.name)))


async def _new(request: Request, work: Work, refused: Refused | None = None) -> Response:
    places: dict[str, Any] = await work.read(people_queries.teams_and_sites)
    hours = _hours(request, _USUAL_HOURS)
    fresh = {"working_window": hours, "starts_on": work.today, "language": language_of(request)}
    shown = refused.form.raw if refused else fresh
    value = {name: shown.get(name, "") for name in PersonForm.model_fields}
    values = {"value": value, "languages": LANGUAGES, **form_values(request, refused)}
    return page(request, "people/new.html", work, **places, **values)


async def _person(request: Request, work: Work, person_id: str, refused: Refused | None = None) -> Response:
    """Show a person; of the forms on the page at most one was refused."""
    shown = await work.read(person_page.person_page, person_id)
    typed = refused.form.raw if refused else {}
    editing = "row_version" in typed
    known = shown.person._asdict()
    known["working_window"] = _hours(request, known["working_window"])
    values: dict[str, Any] = {
        "editing": editing,
        "may_grant": may_grant(work.actor),
        "today": work.today,
        "value": {name: (typed if editing else known).get(name, "") for name in PersonForm.model_fields},
        "languages": LANGUAGES,
        "roles": ROLES,
        "statuses": STATUSES,
    }
    return page(request, "people/person.html", work, **shown._asdict(), **values, **form_values(request, refused))


def _hours(request: Request, stored: str) -> str:
    return WorkingWindow.parse(stored).in_language(language_of(request))
