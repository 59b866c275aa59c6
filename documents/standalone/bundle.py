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
VERIFY = "verify.py"
"""The name of the check of an audit pack, in the pack."""
PACK_PARTS = (
    "sayings", "ed25519", "tree", "notes", "facts", "archive", "readme", "ledger", "plan_file", "contents", "registers",
    "keys", "disclosure", "whole", "answer",
)  # fmt: skip
"""The same of that check; it stands on all parts of the certificate's but how that one answers."""
OLDER = """\
if sys.version_info < (3, 10):  # macOS still ships 3.9, whose zip cannot be strict
    import builtins
    import itertools

    def zip(*lists, strict=False):
        rows = list(itertools.zip_longest(*lists, fillvalue=zip) if strict else builtins.zip(*lists))
        if any(one is zip for row in rows for one in row):
            raise ValueError("the lists are not of one length")
        return iter(rows)


"""
"""What `verify.py` needs where Python is older than ours; a part of it would be removed by the linter."""
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
    package = HERE / "certificate_check"
    return one_file(package, [package / f"{part}.py" for part in PARTS]) + END


@cache
def verify() -> str:
    """The text of `verify.py`."""
    pack, certificate = HERE / "pack_check", HERE / "certificate_check"
    below = [certificate / f"{part}.py" for part in PARTS if part != "answer"]
    return one_file(pack, [*below, *(pack / f"{part}.py" for part in PACK_PARTS)], OLDER) + END


def one_file(package: Path, parts: Sequence[Path], before: str = "") -> str:
    """Parts as one text; what they import from one another is dropped, it stands above them. The package opens it.

    `before` is code that stands above all of them.
    """
    opening = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8")), clean=False)
    imports, bodies = {"import io", "import sys"}, []
    for part in parts:
        text = part.read_text(encoding="utf-8")
        tree, lines = ast.parse(text), text.splitlines(keepends=True)
        own = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        imports.update(line for node in own for line in _of_the_library(node))
        first = max(node.end_lineno or 0 for node in own)
        title = f"# {(ast.get_docstring(tree) or part.stem).splitlines()[0]}\n"
        bodies.append(f"# {'-' * (RULE - 2)}\n{title}\n" + "".join(lines[first:]).strip("\n") + "\n")
    head = f'#!/usr/bin/env python3\n"""{opening}"""\n\nfrom __future__ import annotations\n\n'
    return head + "\n".join(sorted(imports)) + "\n\n" + before + "\n\n".join(bodies)


def _of_the_library(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """One line for every name taken from Python's own library."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            yield f"import {alias.name}"
        elif node.module and node.module != "__future__" and not node.module.startswith(__package__ or "documents"):
            yield f"from {node.module} import {alias.name}"
