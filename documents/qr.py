"""A QR code (ISO/IEC 18004) as a picture for paper: its modules six tenths of a millimetre, which any phone reads."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from markupsafe import Markup
from segno.encoder import DataOverflowError

VERSION_MAX = 30
MODULE_TENTHS_MM = 6
QUIET_ZONE = 4
"""Modules left white around it, as the standard asks."""


@dataclass(frozen=True)
class Code:
    """A code: its picture, its version, its modules on a side, and how wide it is printed with its margin."""

    picture: Markup
    version: int
    modules: int
    side_mm: str


def code_of(payload: str) -> Code | None:
    """The code of a text, with as much correction as fits (M, else L); None for one too long to be read by a phone."""
    for error in ("m", "l"):
        try:
            made = segno.make_qr(payload, error=error, boost_error=False)
        except DataOverflowError:
            continue
        version = int(made.version)
        if version <= VERSION_MAX:
            modules = 17 + 4 * version
            side = (modules + 2 * QUIET_ZONE) * MODULE_TENTHS_MM
            picture = made.svg_inline(border=QUIET_ZONE, omitsize=True, svgclass="qr", lineclass=None, dark="#000")
            return Code(Markup(picture), version, modules, f"{side // 10}.{side % 10}")
    return None
