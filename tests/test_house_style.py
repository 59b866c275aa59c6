"""The house style as far as a machine can check it: no address or path of a machine, short modules, honest locks."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
NEVER_KEPT = {".git", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", "__pycache__", "out"}

# Written in pieces, so that this file does not hold what it looks for.
HOSTS = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "pypi.tuna" + ".tsinghua",
    "mirrors." + "aliyun",
    "npm" + "js.org",
    "npm" + "js.com",
    "un" + "pkg.com",
    "js" + "delivr.net",
    "ana" + "conda.org",
    "crates" + ".io",
    "docker" + ".io",
    "gh" + "cr.io",
    "file:" + "///",
]
PATHS = ["/" + "work/", "/" + "root/", "/" + "opt/pypi", "/" + "home/"]
OF_A_MACHINE = re.compile(
    "|".join([*(re.escape(host) for host in HOSTS), *(rf"(?<![\w.*)}}-]){re.escape(path)}" for path in PATHS)]).encode()
)
UNWANTED_LOCKS = {"uv" + ".lock", "pylock" + ".toml", "poetry" + ".lock", "Pipfile" + ".lock"}

LINES_MAX = 400
TEST_LINES_MAX = 500


def kept_files() -> list[Path]:
    """What is, or is about to be, committed; in a copy without git, everything but caches and environments."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0 and (ROOT / ".git").exists():
        files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        files = [path for path in ROOT.rglob("*") if not NEVER_KEPT.intersection(path.relative_to(ROOT).parts)]
    return sorted(path for path in files if path.is_file())


FILES = kept_files()
MODULES = [path for path in FILES if path.suffix == ".py"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def traces_of_a_machine(content: bytes) -> list[str]:
    """Every registry host and machine path in a file, with its line."""
    return [
        f"line {content.count(bytes([10]), 0, found.start()) + 1}: {found.group().decode()}"
        for found in OF_A_MACHINE.finditer(content)
    ]


def test_no_file_names_a_registry_or_a_path_of_the_machine_it_was_made_on() -> None:
    found = [f"{name(path)}, {trace}" for path in FILES for trace in traces_of_a_machine(path.read_bytes())]
    assert found == []


@pytest.mark.parametrize("line", [f"see https://{HOSTS[0]}/simple", f"cp {PATHS[0]}x .", f"'{PATHS[1]}.cache'"])
def test_a_trace_of_a_machine_is_caught(line: str) -> None:
    assert len(traces_of_a_machine(f"first\n{line}\n".encode())) == 1


@pytest.mark.parametrize("line", ["public" + PATHS[0] + "x", "net" + PATHS[0] + "a" + PATHS[1] + "b", "homework"])
def test_an_ordinary_relative_path_is_not_taken_for_one_of_a_machine(line: str) -> None:
    assert traces_of_a_machine(line.encode()) == []


def test_no_lock_that_records_hosts_is_kept() -> None:
    assert [name(path) for path in FILES if path.name in UNWANTED_LOCKS] == []


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    long = []
    for path in MODULES:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        limit = TEST_LINES_MAX if name(path).startswith("tests/") else LINES_MAX
        if lines > limit:
            long.append(f"{name(path)} has {lines} lines, {limit} are allowed: one idea per module")
    assert long == []


def test_every_module_opens_with_the_sentence_that_says_which_idea_it_holds() -> None:
    silent = [
        name(path)
        for path in MODULES
        for text in [path.read_text(encoding="utf-8")]
        if text.strip() and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_every_text_file_ends_its_lines_alike() -> None:
    kinds = {".py", ".md", ".toml", ".yaml", ".yml", ".j2", ".html", ".css", ".js", ".lock", ".sh"}
    returns = [name(path) for path in FILES if path.suffix in kinds and b"\r\n" in path.read_bytes()]
    assert returns == []


def read_lock(kind: str) -> dict[str, tuple[Requirement, frozenset[str]]]:
    """A lock as {package: (requirement, hashes)}; a line that is neither fails."""
    text = (ROOT / "requirements" / f"{kind}.lock").read_text(encoding="utf-8")
    bare = re.sub(r"^\s*#.*\n?", "", text, flags=re.MULTILINE)
    packages: dict[str, tuple[Requirement, frozenset[str]]] = {}
    for line in bare.replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        first, *hashes = re.split(r"\s+--hash=", line.strip())
        requirement = Requirement(first)
        assert hashes, f"{kind}.lock: {first} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), f"{kind}.lock: {first}: {hashes}"
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), f"{kind}.lock: {first} is not pinned"
        assert requirement.url is None, f"{kind}.lock: {first} is taken from an address"
        packages[canonicalize_name(requirement.name)] = (requirement, frozenset(map(str, hashes)))
    return packages


@pytest.mark.parametrize("kind", ["runtime", "dev"])
def test_every_package_of_a_lock_is_pinned_and_hashed_and_no_address_stands_in_it(kind: str) -> None:
    assert len(read_lock(kind)) > 10
    text = (ROOT / "requirements" / f"{kind}.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert re.findall(r"^\s*--(?!hash=)\S+", text, flags=re.MULTILINE) == []
    assert re.findall(r"(?:^|\s)/\S+", text) == []


def test_the_lock_of_the_tests_holds_the_lock_of_the_program_whole() -> None:
    """So that `make test` also does what `make plan` needs, and the tests run what planners run."""
    runtime, dev = read_lock("runtime"), read_lock("dev")
    assert {package: pin for package, pin in dev.items() if package in runtime} == runtime


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    build = [*project["build-system"]["requires"], *groups["build"]]
    wanted = {
        "runtime": [*project["project"]["dependencies"], *build],
        "dev": [*project["project"]["dependencies"], *build, *groups["dev"]],
    }
    missing = []
    for kind, lines in wanted.items():
        locked = read_lock(kind)
        for wish in map(Requirement, lines):
            pin = locked.get(canonicalize_name(wish.name))
            if pin is None or not wish.specifier.contains(str(pin[0].specifier).removeprefix("==")):
                missing.append(f"{kind}.lock does not hold {wish}; run `make lock`")
    assert missing == []
