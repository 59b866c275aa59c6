"""What `tongchou --help` says of every command, read from its source: loading them all takes seconds."""

from __future__ import annotations

import ast
from pathlib import Path


def sentence(place: str) -> str:
    """The help of a `module:name` of this room: the first paragraph of a command's docstring, or a group's `help=`."""
    module, _, name = place.partition(":")
    for node in _source(module).body:
        match node:
            case ast.FunctionDef() if node.name == name:
                return (ast.get_docstring(node) or "").split("\n\n")[0]
            case ast.Assign(targets=[ast.Name(id=found)], value=ast.Call(keywords=[*given])) if found == name:
                return next(str(ast.literal_eval(one.value)) for one in given if one.arg == "help")
    raise LookupError(place)


def sentences(place: str) -> dict[str, str]:
    """The table `module:NAME` of this room that says the help of several groups."""
    module, _, name = place.partition(":")
    for node in _source(module).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=ast.Dict() as table) if found == name:
                return {str(group): str(said) for group, said in ast.literal_eval(table).items()}
    raise LookupError(place)


def _source(module: str) -> ast.Module:
    return ast.parse(Path(__file__).with_name(f"{module}.py").read_text(encoding="utf-8"))
