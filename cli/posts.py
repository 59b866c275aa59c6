"""`tongchou post`: record posts and their places, list them: who stands above, who supervises (M32)."""

from __future__ import annotations

import typer
from rich.table import Table

from cli.decisions import command_of
from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Store, session
from domain.decisions.posts import RecordPost
from service.posts import posts_at

app = typer.Typer(help="Posts: who stands above whom, and who supervises (M32).", no_args_is_help=True)
app.command("record")(command_of(RecordPost))


@app.command("list")
def list_(
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Every post with the one above it, the one that supervises it, and its department."""
    with session(store, lang, as_json) as here:
        found = posts_at(here.county, here.moment(as_of, known_at, position)).posts
        rows = [
            {
                "post": post.post,
                "name": post.name_zh if lang == "zh" else post.name_en,
                "above": post.above,
                "supervised_by": post.supervised_by,
                "department": post.department,
            }
            for _, post in sorted(found.items())
        ]
        table = Table("post", "name", "post above", "supervised by", "department")
        for row in rows:
            table.add_row(*(value or "" for value in row.values()))
        here.answer(rows, table)
