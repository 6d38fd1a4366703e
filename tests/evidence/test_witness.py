"""What a log sends to a witness has one spelling."""

import pytest

from app.evidence.encoding import encode64
from app.evidence.errors import EvidenceError
from app.evidence.witness import Submission

NOTE = (
    "example.com/log\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/log Az3grlgtzPICa5OS8npVmQ==\n"
)
STEP = encode64(bytes(32))


@pytest.mark.parametrize("path", [(), (bytes(32),), (bytes(32), bytes(range(32)))])
def test_what_is_written_is_read_back(path: tuple[bytes, ...]) -> None:
    submission = Submission(2, path, NOTE)
    assert Submission.parse(submission.text()) == submission


def test_it_is_written_as_the_specification_shows_it() -> None:
    assert Submission(20852014, (bytes(32),), NOTE).text() == f"old 20852014\n{STEP}\n\n{NOTE}"


@pytest.mark.parametrize(
    "body",
    [
        "",
        NOTE,
        f"old 2\n{NOTE}",
        f"old 02\n\n{NOTE}",
        f"old -1\n\n{NOTE}",
        f"old  2\n\n{NOTE}",
        f"Old 2\n\n{NOTE}",
        f"old 2\r\n\r\n{NOTE}",
        f"old 2\n{STEP[:-4]}\n\n{NOTE}",
        f"old 2\n{STEP}\n{STEP} \n\n{NOTE}",
        f"old 2\n{STEP}\n",
        "old 2\n\n",
        f"old 2\n{(STEP + chr(10)) * 64}\n{NOTE}",
    ],
)
def test_any_other_spelling_is_malformed(body: str) -> None:
    with pytest.raises(EvidenceError) as refused:
        Submission.parse(body)
    assert refused.value.code == "submission_malformed"


def test_sixty_three_hashes_are_not_too_many() -> None:
    assert len(Submission.parse(f"old 2\n{(STEP + chr(10)) * 63}\n{NOTE}").path) == 63
