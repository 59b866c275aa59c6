"""A typed client made of the contract alone tells a part of a year: what programs of others will do with it."""

from __future__ import annotations

import importlib
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from service.office import Office
from tests.api.serving import serving
from tests.api.told import principal_of, zipped
from tests.service.small import APPROVER, PLANNER, POLICY, REVIEWER, TABLES, TREASURER, store_in
from tests.year import PLAN, YearClock

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "tongchou_client"
PATIENCE_SECONDS = 120


class Client:
    """The generated package, and a call of it as one of the four persons of the year."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.models = importlib.import_module(f"{PACKAGE}.models")
        self.types = importlib.import_module(f"{PACKAGE}.types")
        self._client = importlib.import_module(f"{PACKAGE}.client")

    def call(self, person: str, operation: str, *path: str, **given: Any) -> Any:
        """What an operation (`money.commit_line`) answers, as the model the contract says."""
        module = importlib.import_module(f"{PACKAGE}.api.{operation}")
        with self._client.AuthenticatedClient(base_url=self.address, token=person) as client:
            answer = module.sync_detailed(*path, client=client, **given)
        assert answer.status_code < 300, answer.content
        return answer.parsed


@pytest.fixture(scope="module")
def generated(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The package, made without a warning."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(create_app(office).openapi()), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("openapi-python-client")), "generate", "--fail-on-warning"]
    command += ["--path", "openapi.json", "--config", str(ROOT / "docs" / "client.yaml"), "--meta", "none"]
    command += ["--output-path", str(folder / PACKAGE)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with pytest.MonkeyPatch.context() as path:
        path.syspath_prepend(str(folder))
        yield folder / PACKAGE
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.fixture
def client(generated: Path, tmp_path: Path) -> Iterator[Client]:
    """The client of a running server over a fresh store."""
    office = Office(store_in(tmp_path), clock=YearClock())
    app = create_app(office)
    app.state.authenticate = principal_of
    with serving(app) as (address, _):
        yield Client(address)
    office.close()


@pytest.mark.slow
def test_a_part_of_a_year_is_told_through_the_generated_client(client: Client) -> None:
    planner, treasurer = PLANNER.person, TREASURER.person
    models = client.models
    register = client.types.File(payload=io.BytesIO(zipped(TABLES)), file_name="register.zip")
    imported = client.call(planner, "register.import_register", body=models.BodyImportRegister(file=register))
    assert imported.recorded
    adopted = client.call(planner, "policies.adopt_policy", body=models.AdoptPolicyIn(text=POLICY))
    assert (adopted.policy, adopted.policy_version) == ("xiao", 1)
    assert client.call(planner, "units.list_units", township="t1").total == 3

    asked = models.PlanAsk(record=models.PlanAskRecord.PROPOSE)
    job = client.call(planner, "plans.compute_plan", body=asked, idempotency_key="plan-1")
    ends = time.monotonic() + PATIENCE_SECONDS
    while job.state not in ("done", "failed") and time.monotonic() < ends:
        time.sleep(0.2)
        job = client.call(planner, "jobs.get_job", job.id)
    assert job.state == "done", job

    client.call(REVIEWER.person, "plans.review_plan", PLAN, body=models.ReviewPlanIn(opinion="sound"))
    found = client.call(APPROVER.person, "plans.get_plan", PLAN)
    assert (found.plan, found.state) == (PLAN, "reviewed")
    line = next(one for one in client.call(planner, "plans.list_plan_lines", PLAN).items if one.fund == "service")
    assert isinstance(line, models.Line)
    assert line.amount_fen > 0
    ledger = client.call(treasurer, "money.list_ledger", fund="service")
    assert (ledger.totals.announced_fen, ledger.totals.committed_fen) == (6_000_000, 0)


@pytest.mark.slow
def test_a_refusal_is_a_problem_with_its_code_in_the_client_too(client: Client) -> None:
    module = importlib.import_module(f"{PACKAGE}.api.plans.get_plan")
    with client._client.AuthenticatedClient(base_url=client.address, token=PLANNER.person) as connected:
        answer = module.sync_detailed("2099-01", client=connected)
    assert answer.status_code == 404
    assert (answer.parsed.code, answer.parsed.status) == ("unknown-plan", 404)
