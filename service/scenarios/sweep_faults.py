"""Why a sweep is not begun, or not gone on with; light to import, because every command may have to explain one."""

from __future__ import annotations

from domain.errors import Refusal


class NothingToSweep(Refusal):
    """A scenario without a sweep."""

    code = "nothing-to-sweep"
    sentence_en = "Scenario {scenario} has no `sweep`."
    cure_en = "Add one, or run it with `tongchou scenario run`."


class SweepOfAnother(Refusal):
    """Rows in the folder that belong to another scenario, base or release."""

    code = "sweep-of-another"
    sentence_en = "{path} holds rows of another sweep: its {what} is {found}, this one’s is {wanted}."
    cure_en = "Name another folder with --out, or begin anew with --fresh."


class NotASweep(Refusal):
    """A file of that name which no sweep wrote; it is left alone whatever is asked."""

    code = "not-a-sweep"
    sentence_en = "{path} was not written by a sweep and is left as it is."
    cure_en = "Name another folder with --out."


class SweepRowsDamaged(Refusal):
    """A line in the middle that is no row."""

    code = "sweep-rows-damaged"
    sentence_en = "Line {line} of {path} is not a row as a sweep writes it."
    cure_en = "Somebody changed the file. Name another folder with --out, or begin anew with --fresh."


class SweepUnderWay(Refusal):
    """Another process has the folder."""

    code = "sweep-under-way"
    sentence_en = "Another sweep is writing to {path} at this moment."
    cure_en = "Wait for its end, or name another folder with --out."


class SweepStopped(Refusal):
    """Ctrl-C."""

    code = "sweep-stopped"
    sentence_en = "Stopped with {done} of {size} cases worked out; their rows are kept in {path}."
    cure_en = "Run the same command again, and it goes on from there."


class SweepWithoutRoom(Refusal):
    """A row that could not be written: a full disk, a folder taken away."""

    code = "sweep-without-room"
    sentence_en = "A row could not be kept in {path}: {reason}. {done} of {size} cases are worked out and kept."
    cure_en = "Make room and run the same command again, and it goes on from there."
