"""Courses with their lessons and questions, enrolments, what happened in them, and attempts at a quiz."""

import sqlalchemy as sa
from alembic import op

from app.db.ddl import grant_to_application, tenant_wall, unchanging
from app.models.types import HASH, ID, UtcDateTime

revision = "2026_12_01_courses"
down_revision = "2026_12_01_author_kinds"
branch_labels = None
depends_on = None

KINDS = ("team_id", "site_id", "role", "language")
EXACTLY_ONE = " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in KINDS) + " = 1"
TABLES = (
    "course",
    "course_audience",
    "course_prerequisite",
    "course_version",
    "course_text",
    "enrolment",
    "lesson",
    "lesson_text",
    "question",
    "quiz_attempt",
    "training_event",
    "question_text",
)


def upgrade() -> None:
    op.create_table(
        "course",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("external_id", sa.String(64), nullable=True),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("open_to_all", sa.Boolean(), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("valid_months", sa.Integer(), nullable=True),
        sa.Column("renewal_days", sa.Integer(), nullable=False),
        sa.Column("origin_course_id", ID, nullable=True),
        sa.Column("origin_version_id", ID, nullable=True),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_course_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_course")),
        sa.UniqueConstraint("company_id", "external_id", name=op.f("uq_course_company_id_external_id")),
    )
    op.create_table(
        "course_audience",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=True),
        sa.Column("site_id", ID, nullable=True),
        sa.Column("role", sa.String(32), nullable=True),
        sa.Column("language", sa.String(2), nullable=True),
        sa.Column("course_id", ID, nullable=False),
        sa.CheckConstraint(
            EXACTLY_ONE,
            name=op.f("ck_course_audience_names_one_thing"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "course_id"],
            ["course.company_id", "course.id"],
            name=op.f("fk_course_audience_company_id_course_id_course"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "site_id"],
            ["site.company_id", "site.id"],
            name=op.f("fk_course_audience_company_id_site_id_site"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "team_id"],
            ["team.company_id", "team.id"],
            name=op.f("fk_course_audience_company_id_team_id_team"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_course_audience_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_course_audience")),
    )
    op.create_index(op.f("ix_course_audience_company_id_course_id"), "course_audience", ["company_id", "course_id"])

    op.create_table(
        "course_prerequisite",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("course_id", ID, nullable=False),
        sa.Column("required_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "course_id"],
            ["course.company_id", "course.id"],
            name=op.f("fk_course_prerequisite_company_id_course_id_course"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "required_id"],
            ["course.company_id", "course.id"],
            name=op.f("fk_course_prerequisite_company_id_required_id_course"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_course_prerequisite_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_course_prerequisite")),
        sa.UniqueConstraint(
            "company_id",
            "course_id",
            "required_id",
            name=op.f("uq_course_prerequisite_company_id_course_id_required_id"),
        ),
    )
    op.create_table(
        "course_version",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("course_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("asks", sa.String(32), nullable=False),
        sa.Column("asks_by", sa.Date(), nullable=True),
        sa.Column("passing_score", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=True),
        sa.Column("content_sha256", HASH, nullable=True),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("published_by", ID, nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "course_id"],
            ["course.company_id", "course.id"],
            name=op.f("fk_course_version_company_id_course_id_course"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_course_version_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_course_version")),
        sa.UniqueConstraint(
            "company_id", "course_id", "number", name=op.f("uq_course_version_company_id_course_id_number")
        ),
    )
    op.create_index(
        op.f("ix_course_version_company_id_course_id_state"), "course_version", ["company_id", "course_id", "state"]
    )

    op.create_table(
        "course_text",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "version_id"],
            ["course_version.company_id", "course_version.id"],
            name=op.f("fk_course_text_company_id_version_id_course_version"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_course_text_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_course_text")),
        sa.UniqueConstraint(
            "company_id", "version_id", "language", name=op.f("uq_course_text_company_id_version_id_language")
        ),
    )
    op.create_table(
        "enrolment",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("reminders_sent", sa.Integer(), nullable=False),
        sa.Column("last_reminded_at", UtcDateTime(), nullable=True),
        sa.Column("course_id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("voluntary", sa.Boolean(), nullable=False),
        sa.Column("exempted_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "course_id"],
            ["course.company_id", "course.id"],
            name=op.f("fk_enrolment_company_id_course_id_course"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "person_id"],
            ["person.company_id", "person.id"],
            name=op.f("fk_enrolment_company_id_person_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "version_id"],
            ["course_version.company_id", "course_version.id"],
            name=op.f("fk_enrolment_company_id_version_id_course_version"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_enrolment_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint(
            "company_id", "course_id", "person_id", name=op.f("uq_enrolment_company_id_course_id_person_id")
        ),
    )
    op.create_index(
        op.f("ix_enrolment_company_id_course_id_state_due_on"),
        "enrolment",
        ["company_id", "course_id", "state", "due_on"],
    )
    op.create_index(op.f("ix_enrolment_company_id_person_id_state"), "enrolment", ["company_id", "person_id", "state"])

    op.create_table(
        "lesson",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("key", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("draws", sa.Integer(), nullable=False),
        sa.Column("own_quiz", sa.Boolean(), nullable=False),
        sa.Column("content_sha256", HASH, nullable=True),
        sa.Column("counts_from", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "version_id"],
            ["course_version.company_id", "course_version.id"],
            name=op.f("fk_lesson_company_id_version_id_course_version"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_lesson_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("company_id", "version_id", "key", name=op.f("uq_lesson_company_id_version_id_key")),
    )
    op.create_table(
        "lesson_text",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("lesson_id", ID, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "lesson_id"],
            ["lesson.company_id", "lesson.id"],
            name=op.f("fk_lesson_text_company_id_lesson_id_lesson"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_lesson_text_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_lesson_text")),
        sa.UniqueConstraint(
            "company_id", "lesson_id", "language", name=op.f("uq_lesson_text_company_id_lesson_id_language")
        ),
    )
    op.create_table(
        "question",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("lesson_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("right", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "lesson_id"],
            ["lesson.company_id", "lesson.id"],
            name=op.f("fk_question_company_id_lesson_id_lesson"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_question_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_question")),
    )
    op.create_index(op.f("ix_question_company_id_lesson_id"), "question", ["company_id", "lesson_id"])

    op.create_table(
        "quiz_attempt",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("enrolment_id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("lesson_key", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("passing_score", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id", "enrolment_id"],
            ["enrolment.company_id", "enrolment.id"],
            name=op.f("fk_quiz_attempt_company_id_enrolment_id_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "version_id"],
            ["course_version.company_id", "course_version.id"],
            name=op.f("fk_quiz_attempt_company_id_version_id_course_version"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_quiz_attempt_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_quiz_attempt")),
        sa.UniqueConstraint(
            "company_id",
            "enrolment_id",
            "version_id",
            "lesson_key",
            "number",
            name=op.f("uq_quiz_attempt_company_id_enrolment_id_version_id_lesson_key_number"),
        ),
    )
    op.create_table(
        "training_event",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("enrolment_id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("lesson_key", ID, nullable=True),
        sa.Column("language", sa.String(2), nullable=True),
        sa.Column("attempt_id", ID, nullable=True),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("external_id", sa.String(64), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "enrolment_id"],
            ["enrolment.company_id", "enrolment.id"],
            name=op.f("fk_training_event_company_id_enrolment_id_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "version_id"],
            ["course_version.company_id", "course_version.id"],
            name=op.f("fk_training_event_company_id_version_id_course_version"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_training_event_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_training_event")),
        sa.UniqueConstraint("company_id", "external_id", name=op.f("uq_training_event_company_id_external_id")),
    )
    op.create_index(
        op.f("ix_training_event_company_id_enrolment_id_at"), "training_event", ["company_id", "enrolment_id", "at"]
    )

    op.create_table(
        "question_text",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("accepted", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id", "question_id"],
            ["question.company_id", "question.id"],
            name=op.f("fk_question_text_company_id_question_id_question"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_question_text_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_question_text")),
        sa.UniqueConstraint(
            "company_id", "question_id", "language", name=op.f("uq_question_text_company_id_question_id_language")
        ),
    )
    for table in TABLES:
        tenant_wall(op, table)
    unchanging(op, "training_event")
    grant_to_application(op, list(TABLES))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
