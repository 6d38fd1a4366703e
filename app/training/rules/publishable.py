"""What keeps a course version from publication: everything that its author has to put right, found at once."""

from collections.abc import Iterator

from app.errors import FieldError
from app.training.rules import quiz
from app.training.rules.content import Content, WrittenLesson, WrittenQuestion
from app.training.rules.quiz import QuestionKind
from app.wording import N_

_FAULTS = {
    "same_option_twice": N_("Two options are the same. Take one of them out."),
    "no_right_answer": N_("No answer is right, so nobody could pass. Mark what is right."),
    "unknown_right_answer": N_("An option that is marked as right is not there any more. Mark another one."),
    "order_incomplete": N_("The right order does not name every line once. Put all lines in order, at least two."),
    "no_wrong_answer": N_("Every option is right, so there is nothing to choose. Add one that is wrong."),
    "several_right_answers": N_("Only one answer can be right here. Leave one marked, or ask for several."),
}


def shortcomings(content: Content) -> list[FieldError]:
    """Return what is missing or wrong, each with a pointer into the version; nothing when it can be published."""
    return list(_of_version(content))


def _of_version(content: Content) -> Iterator[FieldError]:
    if not content.texts:
        yield FieldError(
            "/texts", "no_language", N_("The course has no title yet. Write one in at least one language.")
        )
    if not content.lessons:
        yield FieldError("/lessons", "no_lesson", N_("There is no lesson yet. Write at least one."))
    languages = list(content.texts)
    for place, lesson in enumerate(content.lessons):
        yield from _of_lesson(f"/lessons/{place}", lesson, languages)


def _of_lesson(at: str, lesson: WrittenLesson, languages: list[str]) -> Iterator[FieldError]:
    for language in languages:
        words = lesson.texts.get(language)
        if words is None or not words.body.strip():
            detail = N_("The lesson says nothing in this language. Write it, or take the language out of the course.")
            yield FieldError(f"{at}/texts/{language}/body", "lesson_empty", detail)
    if lesson.own_quiz and not lesson.questions:
        detail = N_("The lesson ends with a quiz that has no question. Write one, or let it end without.")
        yield FieldError(f"{at}/own_quiz", "no_question", detail)
    if lesson.draws > len(lesson.questions):
        detail = N_(
            "The final quiz takes %(draws)s questions from this lesson, which has %(questions)s. "
            "Write more questions, or let it take fewer."
        )
        facts: dict[str, object] = {"draws": lesson.draws, "questions": len(lesson.questions)}
        yield FieldError(f"{at}/draws", "too_few_questions", detail, facts)
    for place, question in enumerate(lesson.questions):
        yield from _of_question(f"{at}/questions/{place}", question, languages)


def _of_question(at: str, question: WrittenQuestion, languages: list[str]) -> Iterator[FieldError]:
    spoken = [question.texts[language] for language in languages if language in question.texts]
    for language in languages:
        words = question.texts.get(language)
        if words is None or not words.prompt.strip():
            detail = N_("The question is not written in this language. Write it there, too.")
            yield FieldError(f"{at}/texts/{language}/prompt", "question_empty", detail)
    ids = [[option.id for option in words.options] for words in spoken]
    if any(sorted(one) != sorted(ids[0]) for one in ids):
        detail = N_("The options are not the same in every language. Write each of them in all languages.")
        yield FieldError(f"{at}/texts", "options_differ", detail)
        return
    for words in spoken if question.kind is QuestionKind.SHORT_TEXT else spoken[:1]:
        fault = quiz.fault(question.kind, [option.id for option in words.options], question.right, words.accepted)
        if fault:
            yield FieldError(f"{at}/right", fault, _FAULTS[fault])
            return
