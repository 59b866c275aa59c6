"""What is wrong with a policy file: all faults, each with its place, what was found, what was expected, what to do."""

from __future__ import annotations

from dataclasses import dataclass


class Misfit(ValueError):
    """Raised by the checks of a section that need more than a kind and a range; `load_policy` adds the place.

    `expected` reads after the word “expected”, `cure` is what to do. `found` is words for
    what was found; without them the value that was checked is shown.
    """

    def __init__(self, expected: str, *, found: str = "", cure: str = "") -> None:
        self.expected = expected
        self.found = found
        self.cure = cure
        super().__init__(f"expected {expected}")


@dataclass(frozen=True)
class PolicyFault:
    """One fault of a policy file. `code` is stable: programs and other languages go by it."""

    code: str
    source: str
    line: int
    column: int
    path: str
    """The keys that lead there in the file's words, `funds.service.formula.factors[need].share`; empty for the file
    as a whole. An item of a list is called by its `id`, or by its number counted from 1."""
    found: str
    expected: str
    cure: str
    suggestion: str | None = None
    """The key or value that was probably meant."""

    @property
    def sentence(self) -> str:
        """One sentence: where, what was found, what was expected and what to do."""
        where = f"{self.source}, line {self.line}, column {self.column}" + (f", `{self.path}`" if self.path else "")
        return f"{where}: {self.told}"

    @property
    def told(self) -> str:
        """The same without the place."""
        found = f"found {self.found}" if self.found else ""
        expected = f"expected {self.expected}" if self.expected else ""
        guess = f"perhaps `{self.suggestion}` is meant" if self.suggestion else ""
        told = ", ".join(part for part in (found, expected) if part)
        return "; ".join(part for part in (told, guess or self.cure) if part) + "."


class PolicyFaults(ValueError):
    """A policy file that cannot be used, with all its faults in the order of the file."""

    def __init__(self, faults: tuple[PolicyFault, ...]) -> None:
        self.faults = faults
        super().__init__(faults)

    def __str__(self) -> str:
        return "\n".join(fault.sentence for fault in self.faults)
