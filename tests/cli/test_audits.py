"""`portavoce evidence fsck` recomputes the logs from the rows and names the first leaf that is wrong."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Portavoce


def tampered(url: str, *statements: str) -> str:
    """Change rows behind the back of the triggers; return the company of the longest log."""
    with closing(sqlite3.connect(Path(url.removeprefix("sqlite:///")))) as connection, connection:
        (company_id,) = connection.execute("SELECT company_id FROM log_head ORDER BY size DESC").fetchone()
        for trigger in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger[0]}")
        for statement in statements:
            connection.execute(statement, {"company": company_id})
    return str(company_id)


def test_the_demo_has_logs_and_they_are_sound(portavoce: Portavoce, demo_url: str) -> None:
    done = portavoce("evidence", "fsck", DATABASE_URL=demo_url)
    assert done.status == 0
    assert done.out.count("all as they were recorded") == 3
    assert "Pastificio Aurora" in done.out


def test_one_company_can_be_looked_at_alone(portavoce: Portavoce, demo_url: str) -> None:
    company_id = tampered(demo_url)
    done = portavoce("evidence", "fsck", "--company", company_id, DATABASE_URL=demo_url)
    assert done.out.count("all as they were recorded") == 1
    assert portavoce("evidence", "fsck", "--company", "x", DATABASE_URL=demo_url).refusal == "There is no such company."


OF = "company_id = :company AND idx"


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (f"UPDATE log_leaf SET entry = CAST(replace(CAST(entry AS TEXT), 'Z', 'z') AS BLOB) WHERE {OF} = 7", 7),
        (f"UPDATE log_leaf SET entry = x'00' WHERE {OF} = 7", 7),
        ("UPDATE log_node SET hash = zeroblob(32) WHERE company_id = :company AND level = 2 AND idx = 1", 4),
        (f"DELETE FROM log_node WHERE {OF} = 7 AND level = 0", 7),
        (f"UPDATE log_evidence SET private = private || ' ' WHERE {OF} = 7", 7),
        (f"DELETE FROM log_evidence WHERE {OF} = 7", 7),
        (f"UPDATE log_evidence SET salt = zeroblob(32) WHERE {OF} = 7", 7),
    ],
)
def test_what_was_changed_is_named(portavoce: Portavoce, demo_url: str, statement: str, index: int) -> None:
    company_id = tampered(demo_url, statement)
    done = portavoce("evidence", "fsck", DATABASE_URL=demo_url)
    assert done.status == 1
    assert f"({company_id}): wrong from leaf {index} on" in done.err
    assert done.out.count("all as they were recorded") == 2


def test_a_head_that_was_set_back_is_noticed(portavoce: Portavoce, demo_url: str) -> None:
    tampered(demo_url, "UPDATE log_head SET size = 4, edge = substr(edge, 1, 32) WHERE company_id = :company")
    assert "(head_differs)" in portavoce("evidence", "fsck", DATABASE_URL=demo_url).err


def test_a_head_that_fits_no_tree_is_noticed(portavoce: Portavoce, demo_url: str) -> None:
    tampered(demo_url, "UPDATE log_head SET edge = x'00' WHERE company_id = :company")
    assert "wrong from leaf 0 on" in portavoce("evidence", "fsck", DATABASE_URL=demo_url).err
