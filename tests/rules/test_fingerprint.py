import subprocess
from pathlib import Path

import pytest

from app.rules.fingerprint import BadParts, NoText, content_sha256, parts_sha256, sha256_hex, statement_sha256


def test_a_fingerprint_is_the_sha_256_of_the_exact_bytes() -> None:
    # FIPS 180-2, example of one block
    assert sha256_hex("abc") == sha256_hex(b"abc")
    assert sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256_hex("Policy\n") != sha256_hex("Policy\r\n") != sha256_hex("Policy")
    assert sha256_hex("perch\u00e9") != sha256_hex("perche\u0301")


def test_a_version_has_one_fingerprint_whatever_the_order_of_its_languages() -> None:
    assert content_sha256({"it": "Regole", "en": "Rules"}) == content_sha256({"en": "Rules", "it": "Regole"})


def test_a_change_in_one_language_changes_the_fingerprint_of_the_version() -> None:
    version = {"it": "Regole", "en": "Rules"}
    assert content_sha256(version) != content_sha256(version | {"en": "Rules."})
    assert content_sha256(version) != content_sha256({"it": "Regole"})


def test_the_fingerprint_can_be_checked_with_the_shell_command_in_its_docstring(tmp_path: Path) -> None:
    (tmp_path / "it.md").write_bytes("Perché sì\r\n".encode())
    (tmp_path / "en.md").write_bytes(b"Because\n")
    command = "sha256sum *.md | cut -c1-64 | LC_ALL=C sort | sha256sum"
    assert command in str(content_sha256.__doc__)
    printed = subprocess.run(command, shell=True, cwd=tmp_path, check=True, capture_output=True)  # noqa: S602 -- a fixed command
    assert printed.stdout[:64].decode() == content_sha256({"it": "Perché sì\r\n", "en": "Because\n"})


def test_a_version_without_languages_has_no_fingerprint() -> None:
    with pytest.raises(NoText) as refusal:
        content_sha256({})
    assert refusal.value.code == "no_text"


def test_a_statement_has_the_fingerprint_of_its_text() -> None:
    assert statement_sha256("I have read it.") == sha256_hex("I have read it.")


PARTS = {"lessons/1.it.md": "Prima", "lessons/1.en.md": "First", "quiz.json": "[]", "files/map.pdf": b"%PDF\xff"}


def test_the_fingerprint_of_parts_is_that_of_the_list_which_sha256sum_prints_of_them(tmp_path: Path) -> None:
    for name, content in PARTS.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    command = "find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum"
    assert command in str(parts_sha256.__doc__)
    printed = subprocess.run(command, shell=True, cwd=tmp_path, check=True, capture_output=True)  # noqa: S602 -- a fixed command
    assert printed.stdout[:64].decode() == parts_sha256(PARTS)
    assert parts_sha256(dict(reversed(PARTS.items()))) == parts_sha256(PARTS)


@pytest.mark.parametrize(
    "changed",
    [
        PARTS | {"quiz.json": "[1]"},
        PARTS | {"files/more.pdf": b""},
        {name: PARTS[name] for name in list(PARTS)[1:]},
        {name.replace("1.it", "2.it"): content for name, content in PARTS.items()},
        PARTS | {"lessons/1.it.md": "First", "lessons/1.en.md": "Prima"},
    ],
    ids=["changed", "added", "left out", "renamed", "exchanged"],
)
def test_whatever_happens_to_a_part_changes_the_fingerprint(changed: dict[str, str | bytes]) -> None:
    assert parts_sha256(changed) != parts_sha256(PARTS)


@pytest.mark.parametrize("name", ["", "a b", "a\nb", "caffè", "/etc/passwd", "../up", ".hidden", "-x", "a\\b"])
def test_parts_have_names_that_read_the_same_everywhere(name: str) -> None:
    with pytest.raises(BadParts):
        parts_sha256({name: "x"})


def test_a_version_without_parts_has_no_fingerprint() -> None:
    with pytest.raises(BadParts) as refusal:
        parts_sha256({})
    assert refusal.value.code == "bad_parts"
