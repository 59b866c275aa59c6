"""Login names: one spelling for each, so that two that look alike are not two accounts."""

from __future__ import annotations

import re
import unicodedata

from domain.errors import Refusal

_NAME = re.compile(r"\w[\w.-]{1,63}")


class LoginNameUnfit(Refusal):
    """A name nobody could be told by."""

    code = "login-name-unfit"
    sentence_en = "“{given}” cannot be a login name."
    cure_en = "Take 2 to 64 letters, digits, `.`, `_` and `-`, beginning with a letter or digit."


def login_name(given: str) -> str:
    """The spelling that counts: NFKC, without case."""
    return unicodedata.normalize("NFKC", given[:256]).strip().casefold()


def new_login_name(given: str) -> str:
    """The name of an account to be made. Raises `LoginNameUnfit`."""
    name = login_name(given)
    if _NAME.fullmatch(name) is None:
        raise LoginNameUnfit(given=given[:40])
    return name
