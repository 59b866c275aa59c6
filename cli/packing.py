"""What goes out to be checked elsewhere: `tongchou audit pack|disclose|check-disclosure`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.certificate import tell
from cli.options import DEFAULT_LANG, Json, Lang, Store, session
from service.disclosing import check_disclosure as check
from service.disclosing import own_key, write_disclosure
from service.pack import write_pack
from texts import text

Until = Annotated[int | None, typer.Option("--until", min=1, help="Only the facts up to this position of the log.")]


def pack(
    file: Annotated[Path, typer.Argument(help="The archive to write, such as pack.zip.")],
    until: Until = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Write all that proves the record into one file anyone can check with Python alone; exit 1 where that fails."""
    with session(store, lang, as_json) as here:
        packed = write_pack(here.county, file, until=until, lang=lang)
        figures = {"facts": packed.facts, "unsealed": packed.unsealed, "bytes": packed.bytes}
        said = text("pack.written", lang, file=file, **figures)
        here.answer({"file": str(file), **figures, "right": packed.checked.right}, said)
        if not as_json or not packed.checked.right:
            tell(packed.checked)


def disclose(
    position: Annotated[int, typer.Argument(min=1, help="Position of the fact in the log.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write, such as fact.json.")],
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Write one fact with what proves that it is on the record; nothing can be learned from it of any other fact."""
    with session(store, lang, as_json) as here:
        disclosed = write_disclosure(here.county, position, out)
        content = {"file": str(out), "position": position, "fact": disclosed.fact.name}
        here.answer(content, text("pack.disclosed", lang, position=position, name=disclosed.fact.name, file=out))


def check_disclosure(
    file: Annotated[Path, typer.Argument(help="A disclosed fact, as a file or as the text of a QR code; or a pack.")],
    key: Annotated[
        str | None, typer.Option("--key", help="Public key of the log, or its file. Default: that of this store.")
    ] = None,
    pinned: Annotated[Path | None, typer.Option("--pinned", help="A checkpoint kept earlier.")] = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Check what was handed out, by the script everybody has; exit 1 when anything is not right."""
    named = str(Path(key).resolve()) if key and "+" not in key else key  # a file, or the key itself
    trust = [*(["--key", named] if named else []), *(["--pinned", str(pinned.resolve())] if pinned else [])]
    if not trust:
        with session(store, lang, as_json) as here:
            trust = ["--key", own_key(here.county, file)]
    tell(check(file, trust, lang=lang, as_json=as_json))
