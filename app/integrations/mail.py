"""Mail: SMTP where a server is set, else the development mailbox that shows what would have been sent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from app.db import NO_COMPANY, Database
from app.models import DevelopmentMail
from app.settings import ConfigurationError, Settings

_ENHANCED = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}\b")  # RFC 3463


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail; ``media_type`` is like ``application/pdf``."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address, in the reader's language: as plain text, and as HTML."""

    recipient: str
    language: str
    subject: str
    text: str
    html: str
    attachments: Sequence[Attachment] = ()


class Undelivered(Exception):
    """The mail is not delivered yet. It ends up in logs and job rows, so it repeats nothing that a server said."""


class Refused(Undelivered):
    """The mail server does not take this mail for this address: 4xx for now, 5xx for good (RFC 5321, 4.2.1).

    ``enhanced`` is the status of RFC 3463 like ``5.1.1``, empty if the server gave none.
    """

    def __init__(self, code: int, enhanced: str = "") -> None:
        super().__init__(f"the recipient was refused with {code} {enhanced}".rstrip())
        self.code = code

    @property
    def for_good(self) -> bool:
        return self.code >= 500  # noqa: PLR2004 - RFC 5321, 4.2.1


class MailSender(Protocol):
    async def send(self, mail: Mail, message_id: str) -> None:
        """Hand the mail over or raise, Refused if the server does not take it for this address.

        ``message_id`` is the same at every try, so that doubles can be told.
        """


class SmtpSender:
    """Speaks to one mail server, e.g. ``smtps://user:password@mail.example:465``."""

    def __init__(self, url: str, sender: str) -> None:
        self.parts = urlsplit(url)
        self.sender = sender

    async def send(self, mail: Mail, message_id: str) -> None:
        import aiosmtplib  # noqa: PLC0415 - only where mail is really sent

        message = _message(mail, message_id, self.sender)
        try:
            await aiosmtplib.send(
                message,
                hostname=self.parts.hostname,
                port=self.parts.port,
                username=unquote(self.parts.username) if self.parts.username else None,
                password=unquote(self.parts.password) if self.parts.password else None,
                use_tls=self.parts.scheme == "smtps",
                timeout=15,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _refused(refused.recipients[0]) from None
        except aiosmtplib.SMTPDataError as refused:  # after the recipient: it is this mail that is not taken
            raise _refused(refused) from None
        except aiosmtplib.SMTPResponseException as error:
            status = f"{type(error).__name__} {error.code} {_enhanced(error.message)}"
            raise Undelivered(status.rstrip()) from None


def _refused(answer: Any) -> Refused:
    return Refused(answer.code, _enhanced(answer.message))


def _enhanced(answer: str) -> str:
    found = _ENHANCED.match(answer)
    return found[0] if found else ""


def _message(mail: Mail, message_id: str, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, _address(mail.recipient), mail.subject
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = f"<{message_id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice answers it
    message.set_content(mail.text)
    message.add_alternative(mail.html, "html")
    for file in mail.attachments:
        kind, _, subtype = file.media_type.partition("/")
        message.add_attachment(file.content, kind, subtype, filename=file.name)
    message["Content-Language"] = mail.language  # at last: each part that is added takes such fields along
    return message


def _address(recipient: str) -> Address:
    """Return the one mailbox that is meant: nothing in an address may lead to another one, as a group does."""
    try:
        return Address(addr_spec=recipient)
    except (HeaderParseError, ValueError, IndexError):
        raise Refused(553, "5.1.3") from None  # RFC 3463: bad destination mailbox address syntax


class DevelopmentMailbox:
    """Keeps the mail in the database for the page /development/mail."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def send(self, mail: Mail, message_id: str) -> None:
        await self.database.write(NO_COMPANY, _keep, mail, message_id)


def _keep(session: Session, mail: Mail, message_id: str) -> None:
    files = "".join(f"\n[{file.name}]" for file in mail.attachments)
    session.merge(
        DevelopmentMail(
            id=message_id,
            recipient=mail.recipient,
            subject=mail.subject,
            text=f"{mail.text}{files}",
            html=mail.html,
            at=datetime.now(UTC),
        )
    )


class NoServer:
    """Sends nothing: outside demo mode a mail holds real secrets and waits, as a failing job, for a server."""

    async def send(self, mail: Mail, message_id: str) -> None:
        raise ConfigurationError(f"SMTP_URL is not set: mail {message_id} of {len(mail.text)} characters waits.")


def sender(settings: Settings, database: Database) -> MailSender:
    """Return SMTP if a server is set, the development mailbox in demo mode, else nothing that sends."""
    url = settings.smtp_url.get_secret_value()
    if url:
        return SmtpSender(url, settings.mail_from)
    return DevelopmentMailbox(database) if settings.demo else NoServer()
