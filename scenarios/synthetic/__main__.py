"""`python -m scenarios.synthetic [FOLDER]`: writes the shipped synthetic register anew, byte for byte."""

from __future__ import annotations

import sys
from pathlib import Path

from scenarios.synthetic.county import county_files

SHIPPED = Path(__file__).resolve().parent.parent / "library" / "x-county"


def main(arguments: list[str]) -> None:
    """Write every file of the register into the folder named, by default where it is shipped."""
    folder = Path(arguments[0]) if arguments else SHIPPED
    for name, text in county_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
