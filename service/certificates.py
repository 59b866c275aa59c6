"""Use cases of the portable certificate: making one for a plan, writing all a check needs, running the check.

The check is always the stand-alone script, in a Python of its own without this program on its path: what users run is
what is tested.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.standalone.bundle import VERIFY_CERTIFICATE, verify_certificate
from domain.errors import Refusal
from domain.money import Lang
from domain.register import Register
from intake.register_csv import write_register_folder
from intake.register_rows import UnwritableRegister
from optimizer.case import Case, build_case
from optimizer.certificate.form import certificate_json, portable_impossibility
from optimizer.certificate.making import NotCertifiable, certify
from optimizer.conflicts.conditions import must_rules
from service.baselines import baseline_for
from service.county import County
from service.files import whole_file
from service.planning import Computed, plans_at
from service.policies import policy_at
from service.registers import moment, register_at

CERTIFICATE, PLAN, REGISTER = "certificate.json", "plan.json", "register"


class PlanNotCertifiable(Refusal):
    """No certificate can be made for a plan."""

    code = "plan-not-certifiable"
    sentence_en = "No certificate can be made for this plan: {reason}."
    cure_en = "Certify the plan as it was computed, with rules the certificate knows."


class RegisterNotPortable(Refusal):
    """The register holds a text that no table can carry as it is, so that nobody could check a plan against it."""

    code = "register-not-portable"
    sentence_en = "The register cannot be handed out with the certificate: {reason}"
    cure_en = "Correct that text on the record, and make the plan anew."


class NotProvenImpossible(Refusal):
    """A proof that no plan exists was asked for, and there is a plan, or the proof is too long to be read."""

    code = "not-proven-impossible"
    sentence_en = "It is not proven that no plan keeps the must-rules: there is one, or the proof is too long."
    cure_en = "Run `tongchou plan`: it finds a plan, or names the rules that collide."


class NothingToCheck(Refusal):
    """What is to be checked is neither a plan on the record nor a file or folder."""

    code = "nothing-to-check"
    sentence_en = "There is no {file} to check in {folder}."
    cure_en = "Name a plan, its folder, or its certificate; `tongchou certificate write` makes all that is needed."


@dataclass(frozen=True)
class Checked:
    """What the stand-alone script said."""

    right: bool
    said: str


def certificate_of(computed: Computed) -> dict[str, Any]:
    """The certificate of a computed plan as its JSON object. Raises `PlanNotCertifiable`."""
    try:
        return certificate_json(
            certify(build_case(computed.register, computed.loaded, computed.plan.run.baseline), computed.plan)
        )
    except NotCertifiable as fault:
        raise PlanNotCertifiable(reason=str(fault)) from fault


def write_proof(computed: Computed, folder: Path, name: str = CERTIFICATE) -> list[Path]:
    """Write into a plan's folder what proves it: certificate, the register's tables, and the script that checks them.

    Raises `PlanNotCertifiable` and `RegisterNotPortable` before the certificate is written.
    """
    certificate = certificate_of(computed)
    _write_register(computed.register, folder)
    return [
        whole_file(folder / name, lambda path: _write_json(path, certificate)),
        whole_file(folder / VERIFY_CERTIFICATE, _write_script),
        folder / REGISTER,
    ]


def clear_proof(folder: Path) -> None:
    """Take an earlier plan's certificate out of a folder."""
    (folder / CERTIFICATE).unlink(missing_ok=True)


def write_certificate(computed: Computed, file: Path, plan: dict[str, Any]) -> list[Path]:
    """Write a certificate with all that is needed to check it beside it: `plan` as plan.json, tables, script.

    Raises `PlanNotCertifiable` and `RegisterNotPortable`.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    proof = write_proof(computed, file.parent, file.name)
    return [*proof, whole_file(file.parent / PLAN, lambda path: _write_json(path, plan))]


def check_plan(computed: Computed, plan: dict[str, Any], *, lang: Lang, as_json: bool = False) -> Checked:
    """Check a plan on the record: everything is written out for it, as for anybody else."""
    with tempfile.TemporaryDirectory(prefix="tongchou-certificate-") as name:
        write_certificate(computed, Path(name) / CERTIFICATE, plan)
        return check_files(Path(name), lang=lang, as_json=as_json)


def check_files(path: Path, *, lang: Lang, as_json: bool = False) -> Checked:
    """Check a folder, a certificate or plan with what lies beside it, or a proof that no plan exists.

    Raises `NothingToCheck` where something is missing.
    """
    folder = path if path.is_dir() else path.parent
    certificate = folder / CERTIFICATE if path.is_dir() or path.name == PLAN else path
    needed = [folder / PLAN, certificate, folder / REGISTER]
    if path.is_file() and _is_impossible(path):
        needed = [path, folder / REGISTER]
    for one in needed:
        if not one.exists():
            raise NothingToCheck(file=one.name, folder=str(folder))
    files = [str(one.resolve()) for one in needed]
    with tempfile.TemporaryDirectory(prefix="tongchou-check-") as empty:
        _write_script(script := Path(empty) / VERIFY_CERTIFICATE)
        command = [sys.executable, "-I", "-S", script.name, *files, "--lang", lang, *(["--json"] if as_json else [])]
        done = subprocess.run(command, cwd=empty, capture_output=True, text=True, encoding="utf-8", check=False)
    return Checked(done.returncode == 0, (done.stdout + done.stderr).strip())


def prove_impossible(county: County, file: Path) -> list[Path]:
    """Write the proof that no plan keeps the must-rules as register and policy stand. Raises `NotProvenImpossible`."""
    from optimizer.conflicts.impossibility import impossibility_proof  # loads a solver

    at = moment(county)
    loaded = policy_at(county, at, county.today())
    case = build_case(register_at(county, at), loaded, baseline_for(plans_at(county, at), loaded.policy))
    proof = impossibility_proof(case, must_rules(case))
    if proof is None:
        raise NotProvenImpossible
    return write_impossibility(case, proof, file)


def write_impossibility(case: Case, proof: dict[str, Any], file: Path) -> list[Path]:
    """Write a proof that no plan exists, with the register's tables and the script that checks it beside it.

    Raises `RegisterNotPortable`.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    _write_register(case.register, file.parent)
    return [
        whole_file(file, lambda path: _write_json(path, portable_impossibility(proof, case))),
        whole_file(file.parent / VERIFY_CERTIFICATE, _write_script),
        file.parent / REGISTER,
    ]


def _is_impossible(path: Path) -> bool:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return False  # the script says what is wrong with it
    return isinstance(content, dict) and content.get("kind") == "impossible"


def _write_register(register: Register, folder: Path) -> None:
    try:
        write_register_folder(register, folder / REGISTER, areas=False)
    except UnwritableRegister as fault:
        raise RegisterNotPortable(reason=str(fault)) from fault


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json_text(content), encoding="utf-8")


def json_text(content: dict[str, Any]) -> str:
    """A paper for programs as its file holds it."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _write_script(path: Path) -> None:
    path.write_text(verify_certificate(), encoding="utf-8")
