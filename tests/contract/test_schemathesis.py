"""The API does what its document says, however it is asked: Schemathesis with every check, on a running server."""

import json
import subprocess
import sys
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app import db
from app.policies.rows import policies
from tests import world as cast
from tests.contract.contracts import api_document
from tests.doorway import serve
from tests.site import Site
from tests.training.courses import lessons_of, published

# Opaque by design: a made-up cursor is refused, and a key used twice is. Both have tests of their own.
OPAQUE = {"cursor", "Idempotency-Key"}
A_FEW = 10  # people written at once; a thousand tell no more here, and one too many has a test of its own
PATIENT = {"client": 1_000_000, "address": 1_000_000}  # calls a minute: the checks make thousands
# Beside what Schemathesis expects of a request that fits the schema: a stale If-Match, and values that fit the
# schema but not the company, such as a day gone by or somebody else's team.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 401, 403, 404, 409, 412, 413, 422]

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428]

[checks.missing_required_header]
expected-statuses = [400, 401, 403, 404, 422, 428]

[parameters]
{parameters}

# Answers for each row by itself: a wrong row harms no other, so the answer as a whole is 200.
[[operations]]
include-operation-id = ["bulk_write_people", "record_training_progress", "bulk_correct_recognised_minutes"]
checks.negative_data_rejection.expected-statuses = [200, 400, 401, 403, 404, 405, 409, 413, 415, 422]
"""


@pytest.fixture
def database_kind() -> str:
    """Run on one database: the answers do not depend on it."""
    return "sqlite"


async def prepared(url: str) -> tuple[dict[str, str], str]:
    """Return ids of things that exist, and the header of a client that may do everything."""
    opened = db.open_database(url)
    world = await cast.build(opened)
    version_id = (await world.published()).version_id
    policy = (await world.system(datetime.now(UTC)).read(policies.version, version_id)).policy_id
    course = await published(world, languages=("it",))
    lesson = (await world.system().read(lessons_of, course.id))[0]
    machine = await Site(world, url).machine()
    await opened.close()
    ids = {
        "company_id": world.company_id,
        "policy_id": policy,
        "version_id": version_id,
        "person_id": world.person["employee"],
        "team_id": world.team_id,
        "site_id": world.site_id,
        "course_id": course.course_id,
        "course_version_id": course.id,
        "lesson_key": lesson.key,
    }
    return ids, machine.headers["authorization"]


def asked_within_reason(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document without what only we can make up, and with fewer people at once."""
    asked = deepcopy(document)
    for path in asked["paths"].values():
        for operation in path.values():
            operation["parameters"] = [one for one in operation["parameters"] if one["name"] not in OPAQUE]
    asked["components"]["schemas"]["BulkIn"]["properties"]["people"]["maxItems"] = A_FEW
    return asked


async def test_every_answer_is_what_the_document_promises(database_url: str, tmp_path: Path) -> None:
    ids, authorization = await prepared(database_url)
    given = "\n".join(f'"path.{name}" = "{value}"' for name, value in ids.items())
    config, described = tmp_path / "schemathesis.toml", tmp_path / "openapi.json"
    config.write_text(CONFIG.format(parameters=given), encoding="utf-8")
    described.write_text(json.dumps(asked_within_reason(api_document())), encoding="utf-8")
    with serve(database_url, allowances=PATIENT, embedded_worker=False) as server:
        program = str(Path(sys.executable).with_name("schemathesis"))
        command = [program, "--config-file", str(config), "run", str(described), "--url", server.url]
        command += ["--header", f"Authorization: {authorization}", "--checks", "all", "--seed", "1"]
        command += ["--phases", "examples,coverage,fuzzing", "--max-examples", "1", "--no-color"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603, ASYNC221
    assert done.returncode == 0, done.stdout[-20_000:]
