"""What stands on the one line with which a command ends that cannot be done."""

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from app.errors import DomainError, Invalid, Unavailable
from app.settings import ConfigurationError

_UNREACHABLE = "The database cannot be reached: look at DATABASE_URL, and whether its server runs."


def in_one_line(error: Exception) -> str | None:
    """Return what to say of a refusal; None for a defect, which deserves its traceback."""
    line = None
    match error:
        case ConfigurationError():
            line = str(error)
        case ValidationError():
            first = error.errors(include_url=False, include_input=False)[0]
            line = f"{'.'.join(map(str, first['loc'])).upper() or 'The value'} cannot be used: {first['msg']}."
        case Unavailable() | DBAPIError():
            line = f"{_UNREACHABLE} ({_cause(error)})"
        case Invalid():
            line = " ".join(found.detail % (found.params or {}) for found in error.errors)
        case DomainError():
            line = error.detail % error.params
        case OSError():
            line = f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
    return line


def _cause(error: Unavailable | DBAPIError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error.__cause__
    return " ".join(str(cause).split())
