"""Other programs that read and solve model files, and know nothing of ours: CBC, and SCIP behind OR-Tools."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pulp
from ortools.linear_solver.python import model_builder

CBC = pulp.PULP_CBC_CMD.pulp_cbc_path


def by_cbc(path: Path, *, maximise: bool) -> tuple[float, dict[str, float]] | None:
    """Value and columns that CBC finds at gap 0; None when it says there is no plan."""
    solution = path.with_suffix(".solution")
    asked = ["-max"] if maximise and path.suffix == ".mps" else []  # it reads past OBJSENSE
    gaps = ["-ratioGap", "0", "-allowableGap", "0"]
    command = [CBC, str(path), *asked, *gaps, "-printingOptions", "all", "-solve", "-solution", str(solution), "-quit"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=900)
    assert "read with 0 errors" in ran.stdout or path.suffix == ".lp", ran.stdout
    head, *lines = solution.read_text().splitlines()
    if not head.startswith("Optimal"):
        return None
    found = {words[1]: float(words[2]) for line in lines for words in [line.replace("**", "").split()]}
    # CBC counts a maximum it was told by `-max` from below
    return abs(float(head.rpartition(" ")[2])), found


def by_scip(path: Path) -> tuple[float, dict[str, float]] | None:
    """Value and columns that SCIP finds, its default gap being 0; None when it says there is no plan."""
    model = model_builder.Model()
    assert model.import_from_mps_file(str(path))
    ran = model_builder.Solver("scip")
    if ran.solve(model).name != "OPTIMAL":
        return None
    return ran.objective_value, {column.name: ran.value(column) for column in model.get_variables()}
