"""What every decision has in common: a mandate, the facts it depends on, one fold, and the recognition of a repeat.

A decision is a slice of the log (`eventsourcing.dcb`): it names the facts it depends on (`consistency_boundary`), is
advanced through them in order (`apply`), then checks and records (`settle`, which calls `execute`). The log appends
what was recorded only if no fact inside the boundary came after `last_known_position`; else it starts over with
`fresh()`.

**Repeats.** The same command twice is one decision. From the first fact of its own command on nothing more is folded,
so the decision stands where it stood when the command was first carried out: the append condition of that time proves
that nothing inside the boundary lay between. Carried out once more it must give the very same facts, whoever else
decided what since; if it gives others, or is refused, the key was used for something else (`CommandReused`). For
that, a boundary depends on nothing but the decision's arguments, and `execute` on nothing but arguments and fold.
Compared is what was decided and by whom; date, reason and document of the mandate may differ, because a retry may
fill them anew.

No `@event` handler is used anywhere: the library drops inherited ones silently, and an invariant with them.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

from eventsourcing.dcb.domain import Selector, Slice, Tagged

from domain.errors import Refusal
from domain.facts.base import Fact, Mandate


class CommandReused(Refusal):
    """An idempotency key came back with other content."""

    code = "command-reused"
    sentence_en = "Command {command} was carried out before with other content, so “{decision}” was not."
    cure_en = "Repeat a command with exactly its first content, or give the new decision a command of its own."


class Fold(Protocol):
    """What facts become, one after the other (`domain/folds`), if it can be handed out: forked."""

    def apply(self, fact: Fact) -> None:
        """Take in one fact."""

    def fork(self) -> Self:
        """The same state, which goes on by itself; this one takes in nothing more."""


@dataclass(frozen=True)
class Tally:
    """Facts of one selector that need not be read and folded again for every decision: a log may keep the folds.

    `parts` says which fields of the decision they make up, each with the class of its fold and that one's arguments.
    Two things must hold. Every fact of the selector changes nothing of the decision but these parts, in the way
    `fold` does. And the parts come out the same if these facts are folded first and those of the other selectors after
    them, whichever way they are mixed on the record.
    """

    selector: Selector
    parts: tuple[tuple[str, Callable[..., Fold], tuple[str, ...]], ...]

    @property
    def key(self) -> Hashable:
        """Equal for tallies that keep the same."""
        return frozenset(self.selector.types), tuple(self.selector.tags), self.parts

    def empty(self) -> dict[str, Fold]:
        """The parts before any fact."""
        return {name: make(*arguments) for name, make, arguments in self.parts}


@dataclass(eq=False, kw_only=True)
class Deciding(Slice[Fact]):
    """One decision about to be taken. Subclasses are dataclasses with `eq=False, kw_only=True`: arguments are init
    fields, state is `field(init=False)`, so that `fresh()` can start over with the arguments alone.

    `at` is set by the log before each replayed fact: its position; it is None while new facts are recorded.
    `repeated` holds the facts this very command recorded earlier, `repeated_at` their positions.
    """

    mandate: Mandate
    at: int | None = field(default=None, init=False, repr=False)
    repeated: list[Fact] = field(default_factory=list, init=False, repr=False)
    repeated_at: list[int | None] = field(default_factory=list, init=False, repr=False)
    appended: bool = field(default=False, init=False, repr=False)
    """Whether the log has appended what this object recorded: taken once more, it is a repeat of its command."""

    @abstractmethod
    def boundary(self) -> list[Selector]:
        """The facts this decision depends on, as a function of its arguments alone."""

    @abstractmethod
    def fold(self, fact: Fact) -> None:
        """Take in one fact of the boundary; facts it does not care for are ignored."""

    @abstractmethod
    def execute(self) -> None:
        """Check and `record`; a `Refusal` raised here undoes whatever was recorded before it."""

    def tallies(self) -> list[Tally]:
        """The selectors of the boundary behind which there may be very many facts, no fact behind two of them."""
        return []

    def consistency_boundary(self) -> list[Selector]:
        """The boundary, and whatever the same command has recorded before."""
        return [*self.boundary(), Selector(tags=[f"command:{self.mandate.command}"])]

    def apply(self, fact: Fact) -> None:
        """Take in one replayed fact; called through `fact.mutate(decision)`."""
        if fact.mandate.command == self.mandate.command:
            self.repeated.append(fact)
            self.repeated_at.append(self.at)
        elif not self.repeated:
            self.fold(fact)

    def record(self, fact: Fact) -> None:
        """Decide a new fact: it will be appended, and what follows in this decision sees it."""
        self.at = None
        self.new_decisions.append(Tagged(tags=fact.tags(), decision=fact))
        self.fold(fact)

    def settle(self) -> bool:
        """Execute; whether there is something to append. False: nothing was to be recorded, or it is recorded already
        (then `repeated` and `repeated_at` say what and where). Raises a `Refusal`, then with nothing to append.
        """
        try:
            self.execute()
        except Refusal as refusal:
            self.new_decisions.clear()
            if self.repeated:
                raise CommandReused(command=self.mandate.command, decision=self.title()) from refusal
            raise
        if self.repeated:
            again = [tagged.decision for tagged in self.collect_events()]
            if list(map(_content, again)) != list(map(_content, self.repeated)):
                raise CommandReused(command=self.mandate.command, decision=self.title())
        return bool(self.new_decisions)

    def fresh(self) -> Self:
        """The same decision with nothing read and nothing recorded."""
        return replace(self)

    @classmethod
    def title(cls) -> str:
        """The name of the decision in words: `CommitLine` is “commit line”."""
        return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in cls.__name__).strip()


def _content(fact: Fact) -> tuple[object, ...]:
    """What was decided and by whom, without the date, reason and document of the mandate."""
    decided = (getattr(fact, name) for name in fact.__struct_fields__ if name != "mandate")
    return (type(fact), fact.mandate.person, fact.mandate.post, *decided)
