"""The one secret of a server: a file for its owner alone, from which a key is derived for every purpose.

It signs tokens and encrypts what has to be read again (secrets of webhooks, kept answers). It lies in the user's config
folder, never in the store: whoever copies the store can neither sign nor read. All workers, and all machines that serve
one store, share the file; the desk keeps a print of it, so that a machine with another secret is told at once, instead
of ending everybody's session.
"""

from __future__ import annotations

import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desk.prints import Prints
from domain.errors import Refusal
from service.keyfiles import OWNER_ONLY, private_content

SECRET_BYTES, KEY_BYTES, NONCE_BYTES = 32, 32, 12
_NAME = "server"


class SecretUnreadable(Refusal):
    """A file that holds no secret of ours."""

    code = "secret-unreadable"
    sentence_en = "The file {path} does not hold the secret of a server."
    cure_en = "Put back the file `tongchou serve` once made, or move this one away and start with --new-secret."


class SecretOfAnother(Refusal):
    """The secret at hand is not the one this store was served with before."""

    code = "secret-of-another"
    sentence_en = "The secret in {path} is not the one this store was served with before."
    cure_en = (
        "Copy that file from the machine that serves the store; if it is lost, start once with --new-secret: everybody "
        "logs in anew, and secrets of webhooks have to be set again."
    )


class BoxDamaged(Refusal):
    """What was encrypted cannot be read: other bytes, another secret, or put in another place."""

    code = "box-damaged"
    sentence_en = "What is kept encrypted of {about} cannot be read with the secret of this server."
    cure_en = "Set it anew."


class Secret:
    """A secret of 32 bytes and what is derived from it (HKDF-SHA256, RFC 5869; AES-256-GCM, NIST SP 800-38D)."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._keys: dict[str, bytes] = {}

    @classmethod
    def random(cls) -> Secret:
        """One nobody has had before."""
        return cls(secrets.token_bytes(SECRET_BYTES))

    def key(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from which neither the secret nor another purpose's key can be told."""
        if purpose not in self._keys:
            derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"tongchou {purpose}".encode())
            self._keys[purpose] = derived.derive(self._content)
        return self._keys[purpose]

    def seal(self, purpose: str, content: bytes, about: str) -> str:
        """Encrypt something about one thing; it can be read only as being about the same. Text without spaces."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        box = nonce + AESGCM(self.key(purpose)).encrypt(nonce, content, about.encode())
        return urlsafe_b64encode(box).decode("ascii")

    def unseal(self, purpose: str, box: str, about: str) -> bytes:
        """What was sealed. Raises `BoxDamaged`."""
        try:
            content = urlsafe_b64decode(box)
            return AESGCM(self.key(purpose)).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], about.encode())
        except (InvalidTag, NotBase64, ValueError):
            raise BoxDamaged(about=about) from None

    def line(self) -> str:
        """The secret as its file holds it."""
        return urlsafe_b64encode(self._content).decode("ascii")

    def __repr__(self) -> str:
        return "Secret(…)"


def secret_path(store_id: str) -> Path:
    """Where a store's secret is on this machine: TONGCHOU_SECRET, or a file in the user's config folder."""
    if named := os.environ.get("TONGCHOU_SECRET"):
        return Path(named)
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "tongchou" / f"{store_id}.secret"


def secret_of(store_id: str, prints: Prints, *, new: bool = False) -> Secret:
    """The secret of a store, made on first sight; `new` puts another in place of one that is lost.

    Raises `SecretOfAnother`, `SecretUnreadable` or `KeyFileExposed`.
    """
    path = secret_path(store_id)
    if new:
        path.unlink(missing_ok=True)
    secret = _read_or_make(path)
    print_ = secret.key("print").hex()
    if new:
        prints.replace(_NAME, print_)
    if prints.first(_NAME, print_) != print_:
        raise SecretOfAnother(path=path)
    return secret


def _read_or_make(path: Path) -> Secret:
    """Of several that find no file the first one's holds: it gets its name only when it is whole."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(f"{Secret.random().line()}\n")
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
    try:
        content = urlsafe_b64decode(private_content(path).strip())
    except (NotBase64, ValueError):
        content = b""
    if len(content) != SECRET_BYTES:
        raise SecretUnreadable(path=path)
    return Secret(content)
