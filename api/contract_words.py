"""What the contract says in words of groups of operations, and of headers that many of them have."""

from __future__ import annotations

from typing import Any

TAGS = {
    "access": "Sessions, accounts, API keys and refused attempts: who may do what.",
    "register": "The register: county, townships, units, and the files it is imported from (M03).",
    "units": "Villages and communities, what they have and what they get.",
    "projects": "The project library: proposed, appraised, admitted, ranked, built, accepted.",
    "policies": "Policy files, version by version: every number the split rests on.",
    "funds": "Funds with their tranches and pledges.",
    "plans": "Plans: computed, proposed, reviewed, announced, objected to, approved, with their papers (M27).",
    "reasons": "Why a plan is as it is: unit by unit, rule by rule.",
    "money": "Commitments, payments, money that came back, and the ledger, in both times.",
    "evidence": "Photos, reports and other papers, by their hashes (M29).",
    "house": "Posts, duties, and persons behind pseudonymous ids.",
    "scenarios": "What-ifs: scenarios, comparisons, sweeps, the past told again under another policy.",
    "branches": "Decisions tried out on a copy of the record, which never knows of it.",
    "jobs": "Long work: how far it is, its result, its end on request.",
    "record": "The record itself: who changed what when, and what differs between two moments.",
    "audit": "What auditors ask: traces of money and rules, lists, reconciliations, plans solved again.",
    "proofs": "Signed checkpoints, proofs of inclusion and consistency, disclosures: nothing was altered (RFC 9162).",
    "feed": "Every recorded fact in order, as CloudEvents: in pages, or as they come.",
    "webhooks": "The server calls other programs with facts, signed and repeated until they are taken.",
    "exports": "The record as files for other programs.",
    "operations": "For whoever runs the server.",
}
"""Tag -> what it groups, in the order a reader meets them."""


def _text(description: str, example: str, **schema: Any) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string", **schema}, "example": example}


HEADERS: dict[str, dict[str, Any]] = {
    "ETag": _text("The version of the answer, for `If-None-Match`, and of an entry, for `If-Match`.", '"1112"'),
    "Location": _text("The address of what was made.", "/v1/commitments/2026-01.service.V012"),
    "Retry-After": _text("Seconds after which to ask again.", "1", pattern="^[0-9]+$"),
    "WWW-Authenticate": _text("How to show who asks (RFC 6750).", "Bearer"),
    "X-Request-ID": _text("Names this request in the server's log.", "24bb9df67d804efea66d9124cd2a5df5"),
}
ANSWER_HEADERS = {
    "201": ("Location",),
    "202": ("Location", "Retry-After"),
    "401": ("WWW-Authenticate",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}
"""Status -> the headers that may go with it."""
IF_NONE_MATCH: dict[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of the answer one has: if it still holds, the answer is 304 without a body.",
    "schema": {"type": "string"},
    "example": '"24bb9df67d804efea66d9124"',
}
