"""The check as it is handed out: the one file, loaded as a module or run as a process, over papers in a folder."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from documents.plan_json import plan_json
from documents.standalone.bundle import VERIFY_CERTIFICATE, verify_certificate
from domain.plan import Plan
from domain.policy.loading import LoadedPolicy
from domain.register import Register
from intake.register_csv import write_register_folder
from optimizer.case import build_case
from optimizer.certificate.form import certificate_json
from optimizer.certificate.making import certify
from tests.optimizer import medium
from tests.optimizer.hand import best_plan


class Answer(NamedTuple):
    """What the check said."""

    code: int
    out: str
    err: str


@cache
def script() -> Any:
    """The one file as a module of its own."""
    folder = Path(tempfile.mkdtemp(prefix="verify-certificate-"))
    path = folder / VERIFY_CERTIFICATE
    path.write_text(verify_certificate(), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("verify_certificate", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify_certificate"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@cache
def medium_county() -> tuple[Register, LoadedPolicy, Plan]:
    """The county of medium size with its lists in order of codes, as every register that was read has them."""
    county = medium.county()
    projects = {c: _sorted(p, "purposes", "closes", "requires") for c, p in county.projects.items()}
    funds = {c: _sorted(f, "purposes") for c, f in county.funds.items()}
    register = msgspec.structs.replace(county, projects=projects, funds=funds)
    return register, medium.loaded(), best_plan(register, medium.loaded())


def _sorted(record: Any, *names: str) -> Any:
    return msgspec.structs.replace(record, **{name: tuple(sorted(getattr(record, name))) for name in names})


def write_papers(folder: Path, register: Register, loaded: LoadedPolicy, plan: Plan) -> tuple[Any, Any]:
    """Everything a check needs, in a folder; returns plan and certificate as the JSON they are."""
    certificate = certificate_json(certify(build_case(register, loaded), plan))
    content = plan_json(plan, verified=True, register=register, policy=loaded.policy)
    write_register_folder(register, folder / "register", areas=False)
    write_json(folder / "plan.json", content)
    write_json(folder / "certificate.json", certificate)
    return json.loads(json.dumps(content)), json.loads(json.dumps(certificate))


def write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def checked(folder: Path, *arguments: str) -> Answer:
    """Run the check in this process over the papers of a folder."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = script().main([str(folder / "plan.json"), *arguments])
    return Answer(code, out.getvalue(), err.getvalue())


def run_alone(folder: Path, *arguments: str) -> Answer:
    """Run the check in a Python of its own that sees nothing but the file and its library, from the papers' folder."""
    (folder / VERIFY_CERTIFICATE).write_text(verify_certificate(), encoding="utf-8")
    command = [sys.executable, "-I", "-S", VERIFY_CERTIFICATE, *arguments]
    done = subprocess.run(
        command, cwd=folder, env={}, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def is_one_sentence(answer: Answer) -> bool:
    """Whether a refusal is one sentence on stderr, and nothing of the program's inside."""
    one_line = answer.err.count("\n") == 1 and answer.err.rstrip().endswith((".", "。"))
    return answer.code == 1 and one_line and not answer.out and "Traceback" not in answer.err
