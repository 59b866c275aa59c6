"""One fact alone, with what proves that it lies in the log: its salt, its path to the root, and the signed checkpoint.

What is handed out is a JSON object, or the same deflated and written in 45 characters (RFC 9285) after `TC1:`, as a QR
code holds it. The path gives hashes of other facts, each made with a salt that is not told: nothing is learned of them.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.pack_check.facts import FactLine, fact_of
from documents.standalone.pack_check.ledger import yuan_of
from documents.standalone.pack_check.notes import Key, Note, exact_base64, read_note
from documents.standalone.pack_check.sayings import Checked
from documents.standalone.pack_check.tree import root_by_path

DISCLOSURE = "tongchou-disclosure/1"
QR = "TC1:"
OFTEN = (
    r'"project\":null,\"amount_fen\":00},{\"fund\":\"service\",\"project\":\"beautiful{"format":"tongchou-disclosure/1",'
    r'"fact":{"position":1,"name":"plan.grant_noticed","tags":"[\"unit:0502-\",\"plan:2026-01\",\"command:\"]",'
    r'"recorded_at":"2026-0T09:00:00.000000Z","salt":"","data":"{\"type\":\"plan.grant_noticed\",\"mandate\":{'
    r"\"person\":\"p-\",\"post\":\"finance-planner\",\"effective_on\":\"2026-\",\"command\":\"\",\"why\":\"\","
    r"\"document\":\"\",\"cause\":null},\"v\":1,\"plan\":\"2026-01\",\"unit\":\"\",\"total_fen\":00,\"lines\":[{"
    r'\"fund\":\"\",\"project\":\"\",\"amount_fen\":00}]}"},"path":["=","=","="],"checkpoint":"tongchou/\n\ntime '
    r'2026-T:00.000000Z\n\n— tongchou/ "}'
).encode()
"""What most disclosures hold, for the deflating to refer to (RFC 1951 with a preset dictionary): a third less to scan.
Part of the format `TC1:`; another one would be `TC2:`."""
SIGNS_45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
DISCLOSURE_BYTES_MAX = 2**22
PATH_MAX = 63


@dataclass(frozen=True)
class Disclosure:
    """A fact, its path to the root, and the note of the checkpoint it is proven against."""

    fact: FactLine
    path: Sequence[bytes]
    note: str

    def text(self) -> str:
        """The JSON object on one line."""
        content = {
            "format": DISCLOSURE,
            "fact": json.loads(self.fact.line()),
            "path": [base64.b64encode(step).decode() for step in self.path],
            "checkpoint": self.note,
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"

    def qr_text(self) -> str:
        """The same for a QR code, in the characters its alphanumeric mode has."""
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, OFTEN)
        return QR + base45(deflate.compress(self.text().encode()) + deflate.flush())


def base45(content: bytes) -> str:
    """Two bytes as three characters, a last one as two (RFC 9285)."""
    text = []
    for at in range(0, len(content), 2):
        pair = content[at : at + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, digit = divmod(number, 45)
            text.append(SIGNS_45[digit])
    return "".join(text)


def from_base45(text: str) -> bytes:
    """The bytes of a text in base45; raises `Wrong` for any other text."""
    content = bytearray()
    digits = [SIGNS_45.find(sign) for sign in text]
    if -1 in digits or len(text) % 3 == 1:
        raise Wrong("disclosure")
    for at in range(0, len(digits), 3):
        group = digits[at : at + 3]
        number, size = sum(digit * 45**power for power, digit in enumerate(group)), len(group) - 1
        if number >= 256**size:
            raise Wrong("disclosure")
        content += number.to_bytes(size, "big")
    return bytes(content)


def read_disclosure(content: bytes) -> Disclosure:
    """A disclosure in either of its forms, or `Wrong`; nothing is believed of it yet."""
    if len(content) > DISCLOSURE_BYTES_MAX:
        raise Wrong("disclosure")
    try:
        text = content.decode("utf-8")
        if text.startswith(QR):
            inflate = zlib.decompressobj(-15, OFTEN)
            text = inflate.decompress(from_base45(text.strip("\r\n")[len(QR) :]), DISCLOSURE_BYTES_MAX).decode("utf-8")
            if not inflate.eof or inflate.unused_data:
                raise Wrong("disclosure")
        found = json.loads(text)
    except (ValueError, zlib.error, RecursionError) as fault:
        raise Wrong("disclosure") from fault
    if not isinstance(found, dict) or sorted(found) != ["checkpoint", "fact", "format", "path"]:
        raise Wrong("disclosure")
    note, path = found["checkpoint"], found["path"]
    if found["format"] != DISCLOSURE or not isinstance(note, str) or not isinstance(path, list):
        raise Wrong("disclosure")
    steps = [exact_base64(step) if isinstance(step, str) else None for step in path[: PATH_MAX + 1]]
    if any(step is None or len(step) != 32 for step in steps) or len(path) > PATH_MAX:
        raise Wrong("disclosure")
    return Disclosure(fact_of(found["fact"], "fact"), [step for step in steps if step is not None], note)


def is_disclosure(content: bytes) -> bool:
    """Whether this looks like a disclosure rather than a pack."""
    return content.startswith(QR.encode()) or content.lstrip()[:1] == b"{"


def check_disclosure(disclosed: Disclosure, key: Key | None, pinned: Note | None) -> Checked:
    """The fact lies in the log the checkpoint speaks of, and the checkpoint is the log's, by its key or a kept note."""
    checked = Checked()
    try:
        note = read_note(disclosed.note, "checkpoint")
        fact = disclosed.fact
        if root_by_path(fact.leaf, fact.position - 1, note.size, disclosed.path) != note.root:
            raise Wrong("disclosure-path")
        if key is None and pinned is None:
            raise Wrong("disclosure-key")
        if key is not None and not note.is_signed_by(key):
            raise Wrong("checkpoint-signature", where="checkpoint")
        if key is None and pinned is not None and pinned.text != note.text:
            raise Wrong("pinned-other")
        checked.right(
            "fact-included", position=fact.position, name=fact.name, recorded_at=fact.recorded_at, size=note.size
        )
        if fact.name == "plan.grant_noticed":
            checked.right("grant", **_grant(fact.said))
    except Wrong as wrong:
        checked.bad(wrong)
    return checked


def _grant(said: dict[str, Any]) -> dict[str, str]:
    """The grant in words: the total, and line by line where it comes from."""
    lines = [
        f"{line['fund']}{' · ' + line['project'] if line['project'] else ''} {yuan_of(line['amount_fen'])}"
        for line in said["lines"]
    ]
    told = {"plan": said["plan"], "unit": said["unit"], "total": yuan_of(said["total_fen"])}
    return told | {"lines": ", ".join(lines)}
