"""Marks texts that a person will read, where no language is known yet."""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    return text
