"""In which language to answer: the best of `Accept-Language` among those we have (RFC 9110, 12.5.4)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request

from domain.money import Lang


def language(request: Request) -> Lang:
    """zh where Chinese is preferred to English, else en."""
    best: tuple[float, Lang] = (0.0, "en")
    for part in request.headers.get("accept-language", "")[:200].split(","):
        tag, _, weight = part.strip().partition(";")
        lang: Lang | None = {"zh": "zh", "en": "en"}.get(tag.strip().lower()[:2])  # type: ignore[assignment]
        if lang is not None and (quality := _quality(weight)) > best[0]:
            best = quality, lang
    return best[1]


async def asked_language(
    request: Request,
    accept_language: Annotated[
        str | None, Header(description="The language of texts in the answer, zh or en.", examples=["zh-CN"])
    ] = None,
) -> Lang:
    """The language a route answers in, where it answers in words."""
    return language(request)


Language = Annotated[Lang, Depends(asked_language)]


def _quality(weight: str) -> float:
    if not weight:
        return 1.0
    name, _, value = weight.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
