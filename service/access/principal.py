"""Whoever asks a server for something, once it is known who that is: person, post, roles, and for which townships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from domain.errors import Refusal
from service.county import Actor

Role = Literal["planner", "approver", "treasurer", "auditor", "reader", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)


class Unauthenticated(Refusal):
    """Nobody is signed in, or what was shown is not valid (any more)."""

    code = "unauthenticated"
    sentence_en = "This needs somebody who is signed in: {reason}."
    cure_en = "Sign in (POST /v1/sessions), or send an API key, as `Authorization: Bearer …`."


class Forbidden(Refusal):
    """Somebody is signed in and may not do this."""

    code = "forbidden"
    sentence_en = "{who} may not do this: it takes one of the roles {roles}."
    cure_en = "Ask somebody in that role, or the administrator for it."


class PasswordMustChange(Refusal):
    """A one-time password is good for setting one's own, and for nothing else."""

    code = "password-must-change"
    sentence_en = "{who} signed in with a one-time password."
    cure_en = "Set a password of your own first (POST /v1/me/password)."


class FormNotOurs(Refusal):
    """What a browser sent with its cookie, and no page of this session asked it to."""

    code = "form-not-ours"
    sentence_en = "This did not come from a page of this session, so nothing was done."
    cure_en = "Open the page again here and send the form once more."


class OutsideTownship(Refusal):
    """An account that is limited to townships, and something outside them."""

    code = "outside-township"
    sentence_en = "{who} acts for {townships} only, and this is about {place}."
    cure_en = "Ask somebody who acts for that place, or for the whole county."


@dataclass(frozen=True)
class Principal:
    """Who asks. `townships` None: the whole county."""

    account: str
    """The pseudonymous id of the person, which is that of the account."""
    person: str
    """The name behind the pseudonymous id; facts get the id."""
    post: str
    roles: frozenset[Role]
    townships: frozenset[str] | None = None
    via: Literal["token", "key", "cookie"] = "token"
    way: str = ""
    """The id of the session or key."""
    must_change_password: bool = False

    @property
    def actor(self) -> Actor:
        """As whom this principal decides."""
        return Actor(self.person, self.post)

    def must_have(self, roles: frozenset[Role]) -> None:
        """Raise `Forbidden` without any of the roles."""
        if not self.roles & roles:
            raise Forbidden(who=self.person, roles=", ".join(sorted(roles)))

    def covers(self, township: str | None) -> bool:
        """Whether this principal may act for a township; None: for the county as a whole."""
        return self.townships is None or (township is not None and township in self.townships)

    def must_cover(self, township: str | None) -> None:
        """Raise `OutsideTownship` for a place this principal does not act for."""
        if not self.covers(township):
            assert self.townships is not None
            place = township or "the county as a whole"
            raise OutsideTownship(who=self.person, townships=", ".join(sorted(self.townships)), place=place)
