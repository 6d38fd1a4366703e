"""The one way in which evidence is refused."""


class EvidenceError(Exception):
    """Refuse malformed or wrong evidence; `code` is stable and documented, the message explains the case."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
