"""Reading a policy, and the answers to it: confirmed, a question, not agreed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.work import Work
from app.errors import Conflict, DomainError, Invalid, NotFound
from app.policies.queries import reader as queries
from app.policies.queries.reader import Reader
from app.policies.schemas.acknowledgement import AcknowledgeIn, AnswerIn
from app.policies.services import acknowledging
from app.policies.web import reading as markdown
from app.rules.instants import parse
from app.web.bounded_work import READING
from app.web.door import PageWork
from app.web.errors import worded
from app.web.flash import Flash, redirect
from app.web.forms import Posted, posted
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
    """How the answer panel comes back: what to mend, what was typed, and whether an answer was just recorded."""

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
    """Show exactly one version, to read only: also a superseded one, to whoever confirmed it."""
    ids = policy_id, version_id
    reader = await work.read(queries.version, *ids, _preferred(request, language))
    reading = await READING.run(markdown.reading, reader.text.body, reader.language)
    values = _values(reader, Panel())
    return page(request, "policies/reader/version.html", work, reading=reading, **values)


@router.get("/acknowledge")
@router.get("/answer")
async def back_to_the_text(policy_id: PathId) -> Response:
    """Lead whoever reloads the answer to a form back to the text."""
    return redirect(f"/policies/{policy_id}")


@router.post("/acknowledge")
async def acknowledge(
    request: Request,
    work: PageWork,
    policy_id: PathId,
    form: Annotated[Posted[AcknowledgeIn], Depends(posted(AcknowledgeIn))],
) -> Response:
    """Record that the text was received and read, if the box was ticked and the text is still that one."""
    if form.value is None:
        raise Invalid(list(form.errors.values()))
    shown = form.value
    if "confirmed" not in form.raw:
        panel = Panel(errors={"confirmed": translate(request, _TICK)})
        return await _again(request, work, policy_id, form.raw, panel)
    try:
        await work.write(acknowledging.acknowledge, shown, policy_id)
    except (Conflict, NotFound) as refused:
        return await _changed(request, work, policy_id, form.raw, refused)
    return await _recorded(request, work, policy_id, form.raw, translate(request, _RECORDED))


@router.post("/answer")
async def answer(
    request: Request, work: PageWork, policy_id: PathId, form: Annotated[Posted[AnswerIn], Depends(posted(AnswerIn))]
) -> Response:
    """Pass on a question or a refusal; both are answers, and neither needs the box."""
    if form.value is None:
        errors = {name: worded(language_of(request), error) for name, error in form.errors.items()}
        panel = Panel(errors, form.raw.get("kind", ""), form.raw.get("note", ""))
        return await _again(request, work, policy_id, form.raw, panel)
    try:
        await work.write(acknowledging.answer, form.value)
    except (Conflict, NotFound) as refused:
        return await _changed(request, work, policy_id, form.raw, refused)
    return await _recorded(request, work, policy_id, form.raw, translate(request, _SENT[form.value.kind]))


async def _recorded(request: Request, work: Work, policy_id: str, sent: Mapping[str, str], text: str) -> Response:
    """Answer with the panel as it stands now, or send a plain browser back to the text."""
    if not _partial(request):
        return redirect(f"/policies/{policy_id}?language={sent.get('language', '')}", Flash("success", text))
    reader = await work.read(
        queries.version, policy_id, sent["version_id"], _preferred(request, sent.get("language", ""))
    )
    return page(request, "policies/reader/_ack_panel.html", work, **_values(reader, Panel(answered=True)))


async def _again(request: Request, work: Work, policy_id: str, sent: Mapping[str, str], panel: Panel) -> Response:
    """Answer 422 with the same panel, everything typed still in it."""
    preferred = _preferred(request, sent.get("language", ""))
    reader = await work.read(queries.current, policy_id, preferred)
    if reader.version.id != sent.get("version_id"):
        return _new_text(request, work, reader, sent)
    if _partial(request):
        return page(request, "policies/reader/_ack_panel.html", work, status=422, **_values(reader, panel))
    return await _page(request, work, reader, panel, status=422)


async def _changed(
    request: Request, work: Work, policy_id: str, sent: Mapping[str, str], refused: DomainError
) -> Response:
    """Answer 409 with the way to the new text, if that is why nothing was recorded; else refuse as it was refused."""
    try:
        newer = await work.read(queries.current, policy_id, _preferred(request, sent.get("language", "")))
    except NotFound:
        newer = None
    is_newer = newer is not None and newer.version.id != sent["version_id"]
    if not is_newer and refused.code != "text_changed":
        raise refused
    return _new_text(request, work, newer, sent)


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
    reading = await READING.run(markdown.reading, body, language)
    changes = None
    if reader.earlier_body is not None and reader.done is None:
        changes = await READING.run(markdown.changes, reader.earlier_body, body, language)
    values = _values(reader, panel or Panel())
    return page(
        request,
        "policies/reader/reader.html",
        work,
        status=status,
        reading=reading,
        changes=changes,
        with_marks=with_marks,
        **values,
    )


def _values(reader: Reader, panel: Panel) -> dict[str, Any]:
    return {"reader": reader, "panel": panel, "instant": parse, "language_names": LANGUAGES}


def _preferred(request: Request, language: str) -> tuple[str, str]:
    return language, language_of(request)


def _partial(request: Request) -> bool:
    return request.headers.get("hx-request-type") == "partial"
