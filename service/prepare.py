"""Before the first plan: an empty store gets the register and the policy, each as a decision on the record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from domain.decisions.register import OtherCounty
from service.county import Actor, County
from service.policies import NoPolicy, adopt_policy, policy_at, read_policy
from service.registers import (
    DEFAULT_REGISTER,
    current_register,
    import_register,
    library,
    moment,
    register_path,
    shipped_for,
    shipped_registers,
)
from texts import Lang, text
from texts.recorded import recorded


def prepare(
    county: County, actor: Actor, *, register: str | None = None, policy: Path | None = None, lang: Lang = "en"
) -> Iterator[str]:
    """Make a store ready for a plan; yields a sentence for everything it did.

    An empty store gets `register` (default: the shipped county). A store that has one keeps it: a shipped register of
    another name is refused with `OtherCounty`, a file is imported as corrections. A `policy` is adopted; without one, a
    store with no policy gets the one that belongs to its county.
    """
    held = current_register(county)
    if held is None or (register is not None and register not in shipped_registers()):
        path = register_path(register or DEFAULT_REGISTER)
        imported = import_register(county, path, county.mandate(actor, why=recorded("import", file=path.name)))
        held = current_register(county)
        count = len(imported.receipt.recorded)
        said = "cli.register_recorded" if count else "cli.register_nothing"
        yield text(said, lang, name=path.name, **({"count": count} if count else {}))
    elif register is not None and shipped_for(held.county) != register:
        raise OtherCounty(county=held.county, other=register)
    assert held is not None
    if policy is None and _has_policy(county):
        return
    path = policy or library() / (shipped_for(held.county) or DEFAULT_REGISTER) / "policy.yaml"
    loaded = read_policy(path, held)
    receipt = adopt_policy(county, loaded, county.mandate(actor, why=recorded("policy_file", file=path.name)))
    said = "cli.policy_adopted" if receipt.recorded else "cli.policy_same"
    yield text(said, lang, policy=loaded.policy.policy, version=loaded.policy.version)


def _has_policy(county: County) -> bool:
    try:
        policy_at(county, moment(county), county.today())
    except NoPolicy:
        return False
    return True
