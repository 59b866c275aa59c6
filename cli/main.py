"""The entry point: what a fault, or Ctrl-C, looks like on a terminal, from the first moment to the last."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, NoReturn

INTERRUPTED = 130


def run() -> None:
    """Run the command line. Faults become sentences on stderr and an exit code; no traceback reaches a user."""
    with _loading():
        from cli.tree import command

        tree = command(next(iter(sys.argv[1:]), ""))
    try:
        tree()
    except BaseException as fault:  # what is not known to `explain` is told as a fault of the program
        if isinstance(fault, SystemExit) and fault.code != INTERRUPTED:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done and said; Ctrl-C now changes nothing
            raise
        sys.exit(_told(KeyboardInterrupt() if isinstance(fault, SystemExit) else fault))


def _told(fault: BaseException) -> int:
    """Say on stderr what went wrong, as a line or, with `--json`, as one object; returns the exit code."""
    from cli.options import OptionUnclear
    from service.county import ActorUnclear
    from service.faults import Exit, explain

    explained = explain(fault, _lang())
    if explained is None:
        return _unexpected(fault)
    if "--json" in sys.argv:
        problem = {"error": explained.code, "sentences": explained.sentences, **explained.details}
        print(json.dumps(problem, ensure_ascii=False), file=sys.stderr)
    else:
        for sentence in explained.sentences:
            print(sentence, file=sys.stderr)
    return Exit.USAGE if isinstance(fault, OptionUnclear | ActorUnclear) else explained.exit


def _unexpected(fault: BaseException) -> int:
    """A fault of the program itself: said as such, with the details only on request."""
    from service.faults import Exit

    if os.environ.get("TONGCHOU_DEBUG"):
        raise fault
    print(
        f"Something unforeseen went wrong ({type(fault).__name__}: {fault}). Decisions are recorded whole or not. "
        "Run again with TONGCHOU_DEBUG=1 and report what it prints.",
        file=sys.stderr,
    )
    return Exit.SOLVER


def _lang() -> Literal["en", "zh"]:
    from cli.options import DEFAULT_LANG

    lang = os.environ.get("TONGCHOU_LANG", DEFAULT_LANG)
    if "--lang" in sys.argv[:-1]:
        lang = sys.argv[sys.argv.index("--lang") + 1]
    return "zh" if lang == "zh" else "en"


@contextmanager
def _loading() -> Iterator[None]:
    """Loading takes most of a second, and Ctrl-C in it would show whatever line was being read: end quietly instead."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is not signal.default_int_handler:  # somebody has decided otherwise
        yield
        return
    signal.signal(signal.SIGINT, _stop_at_once)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def _stop_at_once(*_: object) -> NoReturn:
    # no catalogue of texts is loaded yet, and nothing is open that would have to be closed
    zh = os.environ.get("TONGCHOU_LANG", os.environ.get("LC_ALL", os.environ.get("LANG", ""))).startswith("zh")
    os.write(2, ("已停下，还什么也没有做。\n" if zh else "Stopped before anything was done.\n").encode())
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    run()
