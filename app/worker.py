"""The worker: what the outbox asked for, and what comes with the clock."""

from app.accounts.services import forgetting as account_forgetting
from app.accounts.services import mails as account_mails
from app.db import Database
from app.integrations import signing_key, timestamps, witnesses
from app.integrations.mail import sender
from app.jobs.handlers import Handlers, JobContext, of_account, verb
from app.jobs.hours import in_working_hours, to_readers
from app.jobs.loop import Worker, running
from app.jobs.mail import mail
from app.merkle_log.jobs.cosigning import have_cosigned
from app.merkle_log.jobs.dating import have_dated
from app.people.services import absences, import_files, leaving
from app.platform.outbox import JobKind
from app.policies.jobs import decision_mails, marking
from app.policies.jobs import mails as policy_mails
from app.policies.jobs.mails import window_of_person
from app.policies.services import asking, reminding
from app.policies.services import publishing as policy_publishing
from app.receipts.jobs import acknowledged_mail
from app.settings import Settings
from app.training.jobs import mails as course_mails
from app.training.services import enrolling, renewing
from app.training.services import reminding as course_reminding

__all__ = ["HANDLERS", "running", "worker"]

HANDLERS: Handlers = {
    JobKind.SIGN_IN_LINK_MAIL.value: mail("sign_in_link", account_mails.sign_in_link),
    JobKind.PASSWORD_MAIL.value: mail("password", account_mails.password_link),
    JobKind.CREDENTIALS_MAIL.value: mail("credentials", account_mails.credentials),
    JobKind.WELCOME_MAIL.value: mail("welcome", account_mails.welcome),
    JobKind.ACKNOWLEDGED_MAIL.value: acknowledged_mail.send_receipt,
    JobKind.PUBLISHED_MAIL.value: in_working_hours(mail("published", policy_mails.published), window_of_person),
    JobKind.REMINDER_MAIL.value: in_working_hours(mail("reminder", policy_mails.reminder), window_of_person),
    JobKind.ANSWER_MAIL.value: in_working_hours(mail("answer", policy_mails.answer), window_of_person),
    JobKind.QUESTION_MAIL.value: to_readers("question", policy_mails.question),
    JobKind.ESCALATION_MAIL.value: to_readers("escalation", policy_mails.escalation),
    JobKind.SUBMITTED_MAIL.value: to_readers("submitted", decision_mails.submitted),
    JobKind.RETURNED_MAIL.value: to_readers("returned", decision_mails.returned),
    JobKind.APPROVED_MAIL.value: to_readers("approved", decision_mails.approved),
    JobKind.LEAVE.value: verb(leaving.settle),
    JobKind.COME_BACK.value: verb(absences.come_back),
    JobKind.FORGET_IMPORTS.value: verb(import_files.forget_old),
    JobKind.FORGET_ACCOUNT.value: of_account(account_forgetting.forget),
    JobKind.ASSIGN.value: verb(asking.assign),
    JobKind.ANNOUNCE.value: verb(reminding.announce),
    JobKind.REMIND.value: verb(reminding.remind_due),
    JobKind.REMIND_NOW.value: verb(reminding.remind_now),
    JobKind.TAKE_EFFECT.value: verb(policy_publishing.take_effect),
    JobKind.COURSE_NOTICE_MAIL.value: in_working_hours(
        mail("course_notice", course_mails.asked), course_mails.window_of_person
    ),
    JobKind.COURSE_REMINDER_MAIL.value: in_working_hours(
        mail("course_reminder", course_mails.asked), course_mails.window_of_person
    ),
    JobKind.COURSE_ESCALATION_MAIL.value: to_readers("course_escalation", course_mails.escalation),
    JobKind.ENROL.value: verb(enrolling.enrol),
    JobKind.ANNOUNCE_COURSE.value: verb(course_reminding.announce),
    JobKind.REMIND_COURSES.value: verb(course_reminding.remind_due),
    JobKind.RENEW_COURSES.value: verb(renewing.renew_due),
    JobKind.REMIND_COURSE_NOW.value: verb(course_reminding.remind_now),
    JobKind.MARK_CHANGES.value: marking.mark_changes,
    JobKind.COSIGN.value: have_cosigned,
    JobKind.TIMESTAMP.value: have_dated,
}


def worker(database: Database, settings: Settings) -> Worker:
    """Return the worker for these settings; ConfigurationError for witnesses or authorities that cannot be used."""
    witnesses.configured(settings)
    timestamps.configured(settings)
    return Worker(JobContext(database, settings, sender(settings, database), signing_key.load(settings)), HANDLERS)
