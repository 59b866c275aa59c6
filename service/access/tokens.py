"""Access tokens: signed, short-lived, good for one store and one audience (RFC 7519; RFC 8725 on how not to do it).

The algorithm is pinned here and never read from a token. Every claim is required. A token is good in one spelling only:
base64 would let the last character of a signature vary, and then “any altered token is refused” would not be true.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import jwt.types

from service.access.principal import Unauthenticated
from service.access.roles import Grant

LIFETIME = timedelta(minutes=15)
AUDIENCE = "tongchou-api"
TOKEN_LENGTH_MAX = 8192
KNOWN_MAX = 2048
_ALGORITHM = "HS256"
_TYPE = "at+jwt"
_CLAIMS = ["iss", "aud", "exp", "iat", "jti", "sub", "sid", "roles"]
NOT_VALID = "the token or key that was sent is not valid, or not any more"
"""Which of the two, and why, is not told."""
EXPIRED = "the access token has expired"
_OPTIONS: jwt.types.Options = {"require": _CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
"""Times are compared with the clock of the office, which is not always that of the machine."""


@dataclass(frozen=True)
class Claims:
    """What a token says: whose it is, of which session, what it was given, until when."""

    person: str
    session: str
    grant: Grant
    expires_at: datetime


class Tokens:
    """Makes and reads the tokens of one store. `key` signs; `store` is the issuer's id."""

    def __init__(self, key: bytes, store: str) -> None:
        self._key = key
        self._issuer = f"tongchou:{store}"
        self._known: dict[str, Claims] = {}
        """Tokens whose signature was right: the very same text need not be computed again."""

    def issue(self, person: str, session: str, grant: Grant, at: datetime, session_ends_at: datetime) -> str:
        """A token for a session, which does not outlive it."""
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "iat": int(at.timestamp()),
            "exp": int(min(at + LIFETIME, session_ends_at).timestamp()),
            "jti": secrets.token_urlsafe(9),
            "sub": person,
            "sid": session,
            "roles": sorted(grant.roles),
            "townships": None if grant.townships is None else sorted(grant.townships),
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM, headers={"typ": _TYPE})

    def read(self, token: str, at: datetime) -> Claims:
        """What a token says at a moment. Raises `Unauthenticated`."""
        claims = self._known.get(token)
        if claims is None:
            claims = self._checked(token)
            if len(self._known) >= KNOWN_MAX:
                self._known.clear()
            self._known[token] = claims
        if at >= claims.expires_at:
            raise Unauthenticated(reason=EXPIRED)
        return claims

    def _checked(self, token: str) -> Claims:
        if len(token) > TOKEN_LENGTH_MAX or not _spelled_alone(token):
            raise Unauthenticated(reason=NOT_VALID)
        try:
            said = jwt.decode_complete(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=AUDIENCE,
                issuer=self._issuer,
                options=_OPTIONS,
            )
            return _claims(said["header"], said["payload"])
        except (jwt.PyJWTError, TypeError, ValueError, KeyError, OverflowError, OSError):
            raise Unauthenticated(reason=NOT_VALID) from None


def _claims(header: dict[str, Any], payload: dict[str, Any]) -> Claims:
    if header.get("typ") != _TYPE:
        raise ValueError("not an access token")
    townships = payload["townships"]
    return Claims(
        str(payload["sub"]),
        str(payload["sid"]),
        Grant.kept(payload["roles"], townships),
        datetime.fromtimestamp(payload["exp"], UTC),
    )


def _spelled_alone(token: str) -> bool:
    """Whether the signature is written as its bytes are; the other parts are signed as they are written."""
    _, _, signature = token.rpartition(".")
    try:
        content = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except ValueError:
        return False
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii") == signature
