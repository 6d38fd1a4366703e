"""What can be refused, and why. Every surface turns these into its own answer (web/errors.py).

Each problem has a code that never changes (it is the last part of its address under ``/problems/``), a status
and an English message that says what to do next. Messages are translated at the edge, with ``%(name)s`` values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.wording import N_


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong value of an input. ``pointer`` is an RFC 6901 pointer into what was sent."""

    pointer: str
    code: str
    detail: str
    params: dict[str, object] | None = None


class DomainError(Exception):
    """A refusal that a caller can act upon."""

    status: ClassVar[int] = 500
    code = "internal"
    detail = N_("Something went wrong on our side. Try again; if it happens again, give us the request id.")

    def __init__(self, code: str = "", detail: str = "", **params: object) -> None:
        self.code = code or type(self).code
        self.detail = detail or type(self).detail
        self.params = params
        super().__init__(self.code)


class Malformed(DomainError):
    status = 400
    code = "malformed"
    detail = N_("The request could not be read. Check its format and send it again.")


class Unauthenticated(DomainError):
    status = 401
    code = "unauthenticated"
    detail = N_("Sign in first, or send a valid access token.")


class Forbidden(DomainError):
    status = 403
    code = "forbidden"
    detail = N_(
        "Your role does not allow this. Ask an owner of the company for the permission it needs (%(permission)s)."
    )


class OutOfScope(Forbidden):
    """The same for an API client, which has scopes and no role."""

    detail = N_(
        "The access token lacks the scope %(permission)s here. Ask for it at /oauth/token, with an API client "
        "that holds it; the API client of an agency needs an engagement that includes it, too."
    )


class NotFound(DomainError):
    status = 404
    code = "not_found"
    detail = N_("There is nothing here, or it is not yours to see. Check the address.")


class Gone(DomainError):
    status = 410
    code = "erased"
    detail = N_(
        "The evidence of this was erased together with the person, so no receipt can be made of it any more. "
        "A receipt that was handed out before still verifies."
    )


class Conflict(DomainError):
    status = 409
    code = "conflict"
    detail = N_("This cannot be done in the present state. Load it again and look.")


class PreconditionFailed(DomainError):
    status = 412
    code = "changed_meanwhile"
    detail = N_("Somebody changed this while you were editing. Load it again and repeat your change.")


class TooLarge(DomainError):
    status = 413
    code = "too_large"
    detail = N_("This is larger than allowed. Send less at once.")


class Invalid(DomainError):
    """Values that cannot be accepted; ``errors`` says which and why."""

    status = 422
    code = "invalid"
    detail = N_("Some values are missing or wrong. Correct them and send again.")

    def __init__(self, errors: Sequence[FieldError], code: str = "", detail: str = "", **params: object) -> None:
        super().__init__(code, detail, **params)
        self.errors = tuple(errors)


class PreconditionRequired(DomainError):
    status = 428
    code = "if_match_required"
    detail = N_("Send the ETag of what you read in If-Match, so that nobody's change is overwritten.")


class TooMany(DomainError):
    """``retry_after`` is in seconds."""

    status = 429
    code = "too_many_requests"
    detail = N_("Too many tries in a short time. Wait a little and try again.")

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class Unavailable(DomainError):
    status = 503
    code = "unavailable"
    detail = N_("Nothing was stored: the storage is not reachable or full right now. Try again in a moment.")
