"""What people did in another learning system: recorded in bulk, and as often as one likes."""

from fastapi import APIRouter, Request

from app.authz import Permission
from app.schemas.bulk import BulkOut, RowAnswer
from app.training.schemas.enrolment import ProgressIn, RecordIn
from app.training.services import recording
from app.training.services.recording import Recorded
from app.web import row_answers
from app.web.door import CompanyWork, Operation
from app.web.i18n import language_of_program
from app.web.openapi import op

router = APIRouter(prefix="/api/v1/companies/{company_id}/training", tags=["training"], route_class=Operation)
_CHUNK = 10  # rows in one transaction: others write in between
_RULE = (
    "The same `external_id` again changes nothing. The first completion stands and its time never moves; lessons after "
    "it are not recorded. A lesson counts for the version that the person follows. What happened before the course was "
    "last asked again is refused, and so is what has not happened yet. The first record enrols whoever was not."
)


@router.post(
    "/progress",
    **op(
        "record_training_progress",
        "Record up to 1,000 lessons and completions from another system, each on its own",
        Permission.RECORD_TRAINING,
        extra={"description": _RULE},
    ),
)
async def record_progress(request: Request, work: CompanyWork, body: ProgressIn) -> BulkOut:
    language = language_of_program(request)
    outcomes = await row_answers.each(work, RecordIn, body.records, recording.record_rows, _CHUNK)
    return BulkOut(
        items=[
            RowAnswer(index=index, status=201 if outcome.is_new else 200, id=outcome.enrolment_id)
            if isinstance(outcome, Recorded)
            else row_answers.refused(index, outcome, language)
            for index, outcome in enumerate(outcomes)
        ]
    )
