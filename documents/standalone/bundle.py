"""One file out of the parts of a stand-alone script: their bodies one after another, their imports once, on top.

The parts are modules of a package so that each stays short and typed; what is handed out is the one file, which names
no package of ours. The package's own text opens it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
RULE = 120
VERIFY_CERTIFICATE = "verify_certificate.py"
"""The name under which the check of a certificate is handed out."""
PARTS = (
    "sayings", "files", "cells", "sheets", "tables", "expression", "apportionment", "welfare", "policy", "case", "rows",
    "plan", "order", "bounds", "steps", "impossible", "answer",
)  # fmt: skip
"""In an order in which each uses only what stands before it."""
END = """

if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
"""


@cache
def verify_certificate() -> str:
    """The text of `verify_certificate.py`."""
    return one_file(HERE / "certificate_check", PARTS) + END


def one_file(package: Path, parts: Sequence[str]) -> str:
    """The parts of a package as one text; what they import from one another is dropped, it stands above them."""
    opening = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8")), clean=False)
    imports, bodies = {"import io", "import sys"}, []
    for part in parts:
        text = (package / f"{part}.py").read_text(encoding="utf-8")
        tree, lines = ast.parse(text), text.splitlines(keepends=True)
        own = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        imports.update(line for node in own for line in _of_the_library(node))
        first = max(node.end_lineno or 0 for node in own)
        title = f"# {(ast.get_docstring(tree) or part).splitlines()[0]}\n"
        bodies.append(f"# {'-' * (RULE - 2)}\n{title}\n" + "".join(lines[first:]).strip("\n") + "\n")
    head = f'#!/usr/bin/env python3\n"""{opening}"""\n\nfrom __future__ import annotations\n\n'
    return head + "\n".join(sorted(imports)) + "\n\n" + "\n\n".join(bodies)


def _of_the_library(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """One line for every name taken from Python's own library."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            yield f"import {alias.name}"
        elif node.module and node.module != "__future__" and not node.module.startswith(__package__ or "documents"):
            yield f"from {node.module} import {alias.name}"
