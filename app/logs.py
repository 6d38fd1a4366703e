"""Log lines: one JSON object each, on standard error.

They name things by id. Tracebacks come without the values of variables, and without those that PostgreSQL tells when
two rows collide and FastAPI when an answer does not fit: they can be names, texts and secrets.
"""

import re
import sys
from traceback import format_exception
from types import TracebackType

import structlog
from structlog.processors import ExceptionRenderer, JSONRenderer, TimeStamper, add_log_level

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]
# A row can hold texts of many lines: what is left out goes on to the next thing that is not the row's.
_ROW = re.compile(
    r"^DETAIL: .*?(?=^HINT: |^\[SQL: |^The above exception |^During handling |\Z)", re.MULTILINE | re.DOTALL
)
_ANSWER = re.compile(r"(?<=, 'input': ).*$", re.MULTILINE)


def traceback_text(exc_info: ExcInfo) -> str:
    """Return the traceback of what ``sys.exc_info`` gave, without values."""
    return _ANSWER.sub("…", _ROW.sub("", "".join(format_exception(*exc_info)))).rstrip()


structlog.configure(
    processors=[add_log_level, TimeStamper("iso", utc=True), ExceptionRenderer(traceback_text), JSONRenderer()],
    logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
)

get_logger = structlog.get_logger
