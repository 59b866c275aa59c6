"""`tongchou audit key` and `audit witness`: who signs the log, who co-signs it, and co-signing at the other office."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import (
    DEFAULT_ACTOR,
    DEFAULT_LANG,
    As,
    Command,
    Document,
    EffectiveOn,
    Json,
    Lang,
    Session,
    Store,
    Why,
    print_json,
    session,
)
from texts import text

if TYPE_CHECKING:
    from service.keys import Made

key_app = typer.Typer(help="The key that signs the log: make, rotate, replace a lost one.", no_args_is_help=True)
witness_app = typer.Typer(help="Witnesses: recognise one; be one, at the other office.", no_args_is_help=True)

Out = Annotated[
    Path | None,
    typer.Option("--out", help="File of the private key. Default: TONGCHOU_KEY, or the user's config folder."),
]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key", help="File of the private key. Default: TONGCHOU_KEY, or the user's config folder."),
]


def _say(here: Session, made: Made, sentence: str) -> None:
    """A key’s line is never folded, so that it can be copied."""
    position = made.receipt.position
    if here.as_json:
        print_json({"key": str(made.key), "file": str(made.path), "position": position})
    else:
        typer.echo(text(sentence, here.lang, line=made.key, path=made.path, position=position))


@key_app.command("new")
def new(
    out: Out = None,
    store: Store = None,
    actor: As = DEFAULT_ACTOR,
    why: Why = "",
    effective_on: EffectiveOn = None,
    document: Document = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Make the log's first key: a file for its owner alone, and the public half on the record."""
    from service.keys import introduce_key

    with session(store, lang, as_json) as here:
        made = introduce_key(here.county, here.mandate(actor, why, effective_on, document, None), out)
        _say(here, made, "audit.key_made")


@key_app.command("rotate")
def rotate(
    key: KeyFile = None,
    store: Store = None,
    actor: As = DEFAULT_ACTOR,
    why: Why = "",
    effective_on: EffectiveOn = None,
    document: Document = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Put a new key in place of the present one, each signing for the other; the old private key is then forgotten."""
    from service.keys import rotate_key

    with session(store, lang, as_json) as here:
        made = rotate_key(here.county, here.mandate(actor, why, effective_on, document, None), key)
        _say(here, made, "audit.key_rotated")


@key_app.command("replace")
def replace(
    reason: Annotated[str, typer.Option("--reason", help="How the key was lost; on the record for ever.")],
    out: Annotated[Path, typer.Option("--out", help="File of the new private key.")],
    store: Store = None,
    actor: As = DEFAULT_ACTOR,
    why: Why = "",
    effective_on: EffectiveOn = None,
    document: Document = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Put a new key in place of a lost one, which nobody can vouch for: every verification will show it."""
    from service.keys import replace_key

    with session(store, lang, as_json) as here:
        mandate = here.mandate(actor, why or reason, effective_on, document, None)
        made = replace_key(here.county, mandate, reason, out)
        _say(here, made, "audit.key_replaced_now")


@key_app.command("show")
def show(store: Store = None, lang: Lang = DEFAULT_LANG, as_json: Json = False) -> None:
    """Print the log's public key: the line to be kept outside, and given to witnesses by another way."""
    from service.keys import current

    with session(store, lang, as_json) as here:
        period = current(here.county, "show")
        if as_json:
            print_json({"key": str(period.key), "since": period.position})
        else:
            typer.echo(str(period.key))


@witness_app.command("new")
def witness_new(
    name: Annotated[str, typer.Argument(help="What its signatures are called: no spaces, such as city-finance.")],
    out: Out = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """At the office that co-signs: make its key, and print the public half for the county to recognise."""
    from service.witnessing import new_witness

    key, path = new_witness(name, out)
    if as_json:
        print_json({"key": str(key), "file": str(path)})
    else:
        typer.echo(text("audit.witness_made", lang, line=key, path=path))


@witness_app.command("recognise")
def recognise(
    key: Annotated[str, typer.Argument(help="The line `tongchou audit witness new` printed at that office.")],
    post: Annotated[str, typer.Option("--post", help="The post that signs, such as city-auditor.")],
    store: Store = None,
    actor: As = DEFAULT_ACTOR,
    why: Why = "",
    effective_on: EffectiveOn = None,
    document: Document = None,
    command: Command = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Let the co-signatures of an office outside count."""
    from cli.deciding import say
    from service.keys import recognise_witness

    with session(store, lang, as_json) as here:
        mandate = here.mandate(actor, why, effective_on, document, command)
        say(here, recognise_witness(here.county, mandate, key, post))


@witness_app.command("sign")
def sign(
    note: Annotated[Path, typer.Argument(help="The checkpoint, as the county exported it.")],
    key: Annotated[Path, typer.Option("--key", help="File of the witness's private key.")],
    state: Annotated[Path, typer.Option("--state", help="What the witness remembers; made with the first signature.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write the co-signed checkpoint.")],
    log_key: Annotated[
        Path | None, typer.Option("--log-key", help="File with the county's public key: the first time, or a new one.")
    ] = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """At the office that co-signs, without the store: sign that this log only grew since the last time."""
    from service.witnessing import cosign_file

    done = cosign_file(note, key, state, out, log_key)
    if as_json:
        print_json({"size": done.says.size, "before": done.before, "file": str(out)})
    else:
        typer.echo(text("audit.cosigned", lang, size=done.says.size, before=done.before, path=out))
