"""Signatures of webhooks as Standard Webhooks 1.0 has them, so that receivers check them with a library they have.

The signed text is `<webhook-id>.<webhook-timestamp>.<body>`; a signature is `v1,` and the base64 of its HMAC-SHA256. A
secret is written `whsec_` and the base64 of its bytes. While a secret is being changed both sign, with a blank between.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

from history.port import Chance

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret(chance: Chance) -> str:
    """A secret nobody has had before, as its receiver gets it."""
    return PREFIX + base64.b64encode(chance(SECRET_BYTES)).decode()


def signature(secrets: Sequence[str], message: str, timestamp: int, body: bytes) -> str:
    """The `webhook-signature` header of a message, one signature per secret."""
    signed = f"{message}.{timestamp}.".encode() + body
    return " ".join(
        "v1," + base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode() for secret in secrets
    )


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a secret of a webhook is whsec_ and base64") from error
