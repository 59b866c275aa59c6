"""Other processes that keep the tables of a store, to be killed or raced: `python -m tests.projections.children …`."""

from __future__ import annotations

import sys
from pathlib import Path

from projections import views
from projections.views import Views
from tests.history.examples import log_at


def again_and_again(store: str, tables: str) -> None:
    """Follow a store fact by fact, compute everything anew, forget everything, follow again: until killed."""
    views.BATCH = 1
    with log_at(Path(store)) as log:
        kept = Views(Path(tables))
        say("began")
        while True:
            kept.follow(log)
            kept.rebuild(log)
            with kept.tables.transaction():
                kept.tables.empty()


def once(store: str, tables: str) -> None:
    """Open the tables and follow a store fact by fact when told to."""
    views.BATCH = 1
    with log_at(Path(store)) as log:
        say("ready")
        sys.stdin.readline()
        kept = Views(Path(tables))
        say(f"reached {kept.follow(log)}")
        kept.close()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    {"again-and-again": again_and_again, "once": once}[sys.argv[1]](*sys.argv[2:])
