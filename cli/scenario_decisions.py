"""`tongchou scenario decisions`: the decisions a scenario may name, with what each wants to be told."""

from __future__ import annotations

from rich.table import Table

from cli.options import DEFAULT_LANG, Json, Lang, answer
from texts import both, text


def decisions(lang: Lang = DEFAULT_LANG, as_json: Json = False) -> None:
    """The decisions a change can name with `decide`, and what its `with` states."""
    from service.scenarios.decision_list import named_decisions

    found = named_decisions()
    table = Table(box=None, pad_edge=False, caption=text("named.how", lang), caption_justify="left")
    for head in ("decision", "called", "arguments"):
        table.add_column(text(f"named.{head}", lang), header_style="dim")
    for one in found:
        said = [(f"{argument.word}: {argument.kind[lang]}", argument.required) for argument in one.arguments]
        words = [word if required else both("named.may", argument=word)[lang] for word, required in said]
        table.add_row(one.name, one.called[lang], "; ".join(words))
    content = [
        {
            "decide": one.name,
            "zh": one.called.zh,
            "en": one.called.en,
            "with": [
                {"argument": argument.word, "kind": argument.kind.en, "required": argument.required}
                for argument in one.arguments
            ],
        }
        for one in found
    ]
    answer(content, table, as_json=as_json)
