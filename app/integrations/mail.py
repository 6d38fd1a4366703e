"""Mail: SMTP where a server is set, else the development mailbox that shows what would have been sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from app.db import NO_COMPANY, Database
from app.models import DevelopmentMail
from app.settings import ConfigurationError, Settings


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail; ``media_type`` is like ``application/pdf``."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    recipient: str
    subject: str
    text: str
    attachments: Sequence[Attachment] = ()


class Refused(Exception):
    """The mail server does not take mail for this address, by the SMTP reply code: 4xx for now, 5xx for good.

    It does not name the address, as it ends up in logs and job rows.
    """

    def __init__(self, code: int) -> None:
        super().__init__(f"the mail server refused the recipient with {code}")
        self.code = code

    @property
    def for_good(self) -> bool:
        return self.code >= 500  # noqa: PLR2004 - RFC 5321, 4.2.1


class MailSender(Protocol):
    async def send(self, mail: Mail, message_id: str) -> None:
        """Hand the mail over or raise, Refused if the server does not take this address.

        ``message_id`` is the same at every try, so that doubles can be told.
        """


class SmtpSender:
    """Speaks to one mail server, e.g. ``smtps://user:password@mail.example:465``."""

    def __init__(self, url: str, sender: str) -> None:
        self.parts = urlsplit(url)
        self.sender = sender

    async def send(self, mail: Mail, message_id: str) -> None:
        import aiosmtplib  # noqa: PLC0415 - only where mail is really sent

        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, mail.recipient, mail.subject
        message["Message-ID"] = f"<{message_id}@portavoce>"
        message.set_content(mail.text)
        for file in mail.attachments:
            kind, _, subtype = file.media_type.partition("/")
            message.add_attachment(file.content, kind, subtype, filename=file.name)
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
            raise Refused(refused.recipients[0].code) from None


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
