"""Reading a policy, and the answers to it: confirmed, a question, not agreed."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.work import Work
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.policies.queries import reader as queries
from app.policies.queries.reader import Reader
from app.policies.rules.marked_changes import Marked
from app.policies.schemas.acknowledgement import AcknowledgeIn, AnswerIn
from app.policies.services import acknowledging, marking
from app.policies.web import reading as markdown
from app.rules.instants import parse
from app.web.door import PageWork
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, by_field, posted, submitted
from app.web.i18n import LANGUAGES
from app.web.ids import PathId
from app.web.render import language_of, page, translate
from app.wording import N_

router = APIRouter(prefix="/policies/{policy_id}")
Choice = Annotated[str, Query(max_length=8)]
_RECORDED = N_("Recorded: you have received and read this version.")
_SENT = {
    "question": N_("Your question is on its way. You find the answer here."),
    "declined": N_("Recorded: you do not agree. Your words are on their way."),
}
_TICK = N_("Tick the box first, if you have read the text.")


@dataclass(frozen=True, slots=True)
class Panel:
    """How the answer panel comes back: what to correct, what was typed, and whether an answer was just recorded."""

    errors: Mapping[str, str] = field(default_factory=dict)
    kind: str = "question"
    note: str = ""
    answered: bool = False


@router.get("")
async def read(
    request: Request, work: PageWork, policy_id: PathId, language: Choice = "", marks: Choice = ""
) -> Response:
    """Show the version to read now, with what changed since the reader last confirmed one."""
    reader = await work.read(queries.current, policy_id, _preferred(request, language))
    return await _page(request, work, reader, with_marks=marks != "off")


@router.get("/versions/{version_id}")
async def read_version(
    request: Request, work: PageWork, policy_id: PathId, version_id: PathId, language: Choice = ""
) -> Response:
    """Show exactly one version, to read only: also a superseded one, to a person who confirmed it."""
    ids = policy_id, version_id
    reader = await work.read(queries.version, *ids, _preferred(request, language))
    reading = await markdown.reading.get(work.company_id, reader.text.body, reader.language)
    values = _values(reader, Panel())
    return page(request, "policies/reader/version.html", work, reading=reading, **values)


@router.get("/acknowledge")
@router.get("/answer")
async def back_to_the_text(policy_id: PathId) -> Response:
    """Redirect a reload of the form's answer to the text."""
    return redirect(f"/policies/{policy_id}")


@router.post("/acknowledge")
async def acknowledge(
    request: Request,
    work: PageWork,
    policy_id: PathId,
    form: Annotated[Posted[AcknowledgeIn], Depends(posted(AcknowledgeIn, hidden=AcknowledgeIn.model_fields))],
) -> Response:
    """Record that the text was received and read, if the box was ticked and the text is still that one."""

    async def act(shown: AcknowledgeIn) -> None:
        if "confirmed" not in form.raw:
            raise Invalid([FieldError("/confirmed", "not_confirmed", _TICK)])
        await _of_what_is_shown(work.write(acknowledging.acknowledge, policy_id, shown))

    done = await submitted(form, act)
    if isinstance(done, Refused):
        return await _again(request, work, policy_id, done)
    return await _recorded(request, work, policy_id, form.raw, translate(request, _RECORDED))


@router.post("/answer")
async def answer(
    request: Request,
    work: PageWork,
    policy_id: PathId,
    form: Annotated[Posted[AnswerIn], Depends(posted(AnswerIn, hidden=("version_id",)))],
) -> Response:
    """Pass on a question or a refusal; both are answers, and neither needs the box."""
    done = await submitted(form, lambda data: _of_what_is_shown(work.write(acknowledging.answer, data)))
    if isinstance(done, Refused):
        return await _again(request, work, policy_id, done)
    return await _recorded(request, work, policy_id, form.raw, translate(request, _SENT[form.raw["kind"]]))


async def _of_what_is_shown(answering: Awaitable[Any]) -> None:
    """Record an answer; Conflict also for a version that is gone, since there may be a newer one to read."""
    try:
        await answering
    except NotFound as refused:
        raise Conflict from refused


async def _recorded(request: Request, work: Work, policy_id: str, sent: Mapping[str, str], text: str) -> Response:
    """Answer with the panel as it stands now, or send a plain browser back to the text."""
    if not _partial(request):
        return redirect(f"/policies/{policy_id}?language={sent.get('language', '')}", Flash("success", text))
    reader = await work.read(
        queries.version, policy_id, sent["version_id"], _preferred(request, sent.get("language", ""))
    )
    return page(request, "policies/reader/_ack_panel.html", work, **_values(reader, Panel(answered=True)))


async def _again(request: Request, work: Work, policy_id: str, refused: Refused) -> Response:
    """Answer with the same panel, everything typed still in it, or with the way to the new text if there is one."""
    sent = refused.form.raw
    reader = await _current(request, work, policy_id, sent)
    is_changed = any(error.code == "text_changed" for error in refused.errors)
    if is_changed or (reader and reader.version.id != sent.get("version_id", reader.version.id)):
        return _new_text(request, work, reader, sent)
    if reader is None:
        raise NotFound
    panel = Panel(by_field(request, refused.errors), sent.get("kind", "question"), sent.get("note", ""))
    if _partial(request):
        values = _values(reader, panel)
        return page(request, "policies/reader/_ack_panel.html", work, status=refused.status, **values)
    return await _page(request, work, reader, panel, status=refused.status)


async def _current(request: Request, work: Work, policy_id: str, sent: Mapping[str, str]) -> Reader | None:
    try:
        return await work.read(queries.current, policy_id, _preferred(request, sent.get("language", "")))
    except NotFound:
        return None


def _new_text(request: Request, work: Work, newer: Reader | None, sent: Mapping[str, str]) -> Response:
    template = "policies/reader/_changed.html" if _partial(request) else "policies/reader/changed.html"
    return page(request, template, work, status=409, newer=newer, note=sent.get("note", ""))


async def _page(
    request: Request,
    work: Work,
    reader: Reader,
    panel: Panel | None = None,
    *,
    status: int = 200,
    with_marks: bool = True,
) -> Response:
    """Answer with the whole page. Taking a text apart for the first time is slow, so that is done in a thread."""
    body, language = reader.text.body, reader.language
    reading = await markdown.reading.get(work.company_id, body, language)
    marked = None if reader.done else await _marked(work, reader)
    values = _values(reader, panel or Panel())
    return page(
        request,
        "policies/reader/reader.html",
        work,
        status=status,
        reading=reading,
        changes=marked and markdown.as_read(marked, language),
        with_marks=with_marks,
        **values,
    )


async def _marked(work: Work, reader: Reader) -> Marked | None:
    """Return the text marked with what changed since the person read it; the first request computes and stores it."""
    if reader.marked or reader.earlier is None or reader.earlier_body is None:
        return reader.marked
    marked = await markdown.comparisons.get(work.company_id, reader.earlier_body, reader.text.body)
    await work.write(marking.keep, reader.version.id, reader.earlier.version_id, reader.language, marked)
    return marked


def _values(reader: Reader, panel: Panel) -> dict[str, Any]:
    return {"reader": reader, "panel": panel, "instant": parse, "language_names": LANGUAGES}


def _preferred(request: Request, language: str) -> tuple[str, str]:
    return language, language_of(request)


def _partial(request: Request) -> bool:
    return request.headers.get("hx-request-type") == "partial"
