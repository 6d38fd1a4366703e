"""What a course version says, in all its languages, and its fingerprints."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from app.rules.fingerprint import parts_sha256
from app.training.rules.course import Asks
from app.training.rules.quiz import QuestionKind


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a question. ``because`` says why it is right or wrong."""

    id: str
    text: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """A question in one language; ``accepted`` are the answers in words that count."""

    prompt: str
    explanation: str = ""
    options: Sequence[Option] = ()
    accepted: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """A question of a lesson's pool. ``right`` are ids of options, for an ordering all of them in their order."""

    kind: QuestionKind
    right: Sequence[str]
    texts: Mapping[str, QuestionWords]


@dataclass(frozen=True, slots=True)
class LessonWords:
    """A lesson in one language, its body in Markdown."""

    title: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class WrittenLesson:
    """A lesson with all that is frozen at publication; ``key`` is the same in every version."""

    key: str
    minutes: int
    draws: int
    own_quiz: bool
    texts: Mapping[str, LessonWords]
    questions: Sequence[WrittenQuestion] = ()


@dataclass(frozen=True, slots=True)
class CourseWords:
    """A course in one language: its title, what it is, and why it is asked."""

    title: str
    summary: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A whole version. ``texts`` are by language; a version speaks exactly these languages."""

    passing_score: int
    max_attempts: int | None
    asks: Asks
    texts: Mapping[str, CourseWords]
    lessons: Sequence[WrittenLesson] = field(default_factory=tuple)


def lesson_sha256(lesson: WrittenLesson) -> str:
    """Return the fingerprint of what a lesson says and asks: what has to change for it to count as changed.

    Neither its place nor its minutes are part of it, nor how many of its questions the final quiz draws.
    """
    return parts_sha256(_said(lesson))


def fingerprint(lesson: WrittenLesson) -> str:
    """Return the fingerprint of all that an author can change in a lesson."""
    return parts_sha256(_parts(lesson))


def content_sha256(content: Content) -> str:
    """Return the fingerprint of a version: of its texts, its rules, and its lessons in their order."""
    parts = {f"course.{language}.json": _json(asdict(words)) for language, words in content.texts.items()}
    parts["rules.json"] = _json(
        {"passing_score": content.passing_score, "max_attempts": content.max_attempts, "asks": content.asks}
    )
    for number, lesson in enumerate(content.lessons, start=1):
        parts |= {f"lessons/{number:03d}/{name}": words for name, words in _parts(lesson).items()}
    return parts_sha256(parts)


def _parts(lesson: WrittenLesson) -> dict[str, str]:
    rules = {name: getattr(lesson, name) for name in ("key", "minutes", "draws", "own_quiz")}
    return {"rules.json": _json(rules), **_said(lesson)}


def _said(lesson: WrittenLesson) -> dict[str, str]:
    texts = {f"text.{language}.json": _json(asdict(words)) for language, words in lesson.texts.items()}
    questions = enumerate(lesson.questions, start=1)
    return texts | {f"questions/{number:03d}.json": _json(asdict(question)) for number, question in questions}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
