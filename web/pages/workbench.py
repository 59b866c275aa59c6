"""The workbench: move a budget, a weight, a share or a rule, and see at once whose money goes where.

The state is the address. The page, and the answer its script asks for after every move, are made from the same parts.
"""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, cast
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Form, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse

from api.access import PLAN, READ, Caller, Served, may
from domain.money import Lang
from service.planning import How
from service.scenarios.adopting import adopt
from service.showing import speaking
from service.workbench.answering import Answer, Workbench
from service.workbench.asking import amount_text, question_of
from service.workbench.controls import ALPHA, GROUPS
from service.workbench.grounding import Ground
from service.workbench.pinning import PINNED, drawn_areas, pair_of
from service.workbench.progress import proof_said
from service.workbench.repairing import Hindered, hindered, hindered_by_sums
from service.workbench.settings import Settings
from service.workbench.showing import Outlines, guessed_number, map_names, shown_answer
from service.worker import Worker
from texts import Both, both, literal
from web.packing import QUICK, packed, unpacks
from web.rendering import HEADERS, Looked, environment, looked, page
from web.static_files import FOREVER
from web.undoing import came_from
from web.visitors import form_token, may_compute
from web.workbench_form import ALPHA_CHOICES, field_of, others_of, rules_of, settings_from

PARTS = ("question", "actions", "answer", "who", "legend", "change", "curve", "flow", "table", "rules", *PINNED)
"""What a move replaces on the page; each is a template."""
FIRST_WAIT_SECONDS = 0.25
"""How long the page itself waits for the certified answer; a script asks again, a reader follows the link."""
OWN = frozenset(("pin", "all", "lang", "seat", "known", "passing"))
"""What an address says beside the settings."""


GARBAGE = (50_000, 20, 100)
"""When Python looks for cycles: what is kept of answers is large and lives on, and going through all of it again every
few moves stopped a server for as long as three answers take (1,710 areas)."""


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    app.state.workbench = Workbench(app.state.office)
    app.state.outlines = Outlines()
    yield
    app.state.workbench.close()


router = APIRouter(include_in_schema=False, lifespan=_running)


@dataclass(frozen=True)
class Bench:
    """One look at the workbench."""

    here: Looked
    ground: Ground
    settings: Settings
    answer: Answer
    hindered: Hindered | None
    pin: str | None
    pinned: Answer | None
    whole: bool

    def set_of(self, rule: str) -> list[Both]:
        """What the settings give the numbers of a rule, whose name may still say what the policy has."""
        return [
            amount_text(one.unit, number)
            for one in self.ground.controls.numbers
            if one.path.startswith(f"policy.rules.{rule}.") and (number := self.settings.number(one.path)) is not None
        ]

    @property
    def ground_said(self) -> Both:
        """What an estimate rests on."""
        compared, earlier = self.answer.compared, self.ground.earlier
        if compared.kind == "certified":
            return both("workbench.estimate.about")
        if compared.fault is not None:
            return both("workbench.estimate.no_present")
        if earlier is None:
            return both("workbench.estimate.from_nothing")
        return both("workbench.estimate.from_earlier", plan=literal(earlier.plan), position=earlier.position)

    @property
    def picture_said(self) -> Both:
        """What the picture shows where there is no answer to show."""
        kind, earlier = self.answer.compared.kind, self.ground.earlier
        if kind == "earlier" and earlier is not None:
            return both("workbench.picture.earlier", plan=literal(earlier.plan), position=earlier.position)
        return both("workbench.picture.estimate" if kind == "estimate" else "workbench.picture.present")

    @property
    def reset(self) -> str:
        """The address of the same bench with nothing set."""
        return self.link(Settings())

    def link(self, settings: Settings | None = None, *, path: str = "/workbench", **others: str | None) -> str:
        """The address of a workbench; what is not named stays as it is here."""
        own = {"pin": self.pin, "all": "1" if self.whole else None, **others}
        further = urlencode({name: value for name, value in own.items() if value is not None})
        query = "&".join(piece for piece in ((settings or self.settings).query, further) if piece)
        return f"{path}?{query}" if query else path


@router.get("/workbench", dependencies=[may(READ, scope="county")])
def workbench(request: Request, served: Served) -> Response:
    """The page."""
    with served.county() as county:
        here = looked(request, county)
        ground = workbench_of(request).ground(county)
        settings = settings_from(_pairs(request), ground)
        bench = _bench(request, here, ground, settings, FIRST_WAIT_SECONDS)
        if settings.query != urlencode(_pairs(request), safe="*"):
            lang = here.lang if "lang" in request.query_params else None
            keeps = {"referrer-policy": HEADERS["referrer-policy"]}  # the page after it knows the bench before
            return RedirectResponse(bench.link(lang=lang), 303, keeps)
        content = _content(bench)
        shown, shapes = content["shown"], _outlines(request).of(ground)
        drawn: dict[str, Any] = {"shapes": shapes if shown is not None else None}
        if shown is not None and shapes is not None:
            with speaking(here.lang):
                drawn |= {"map_names": map_names(shown, shapes)}
                drawn |= {"areas": drawn_areas(shown, content["pair"], shapes, here.lang)}
            places = (drawn["areas"][name] for name in ("values", "differences", "sayings"))
            drawn |= {"places": list(zip(shapes.codes, *places, strict=True))}
            drawn |= {"address": f"/workbench/shapes/{shapes.digest}.svg"}
        fields = {group: [field_of(one, settings, here.lang) for one in ground.controls.of(group)] for group in GROUPS}
        return page(
            "workbench.html.j2",
            here,
            **{**content, "undo": came_from(request, OWN)},
            proof=proof_said(workbench_of(request).proof_of(ground, bench.answer)),
            **drawn,
            fields=fields,
            rules_asked=rules_of(ground, settings),
            arrangements=ground.controls.arrangements,
            alpha=settings.get(ALPHA) or ground.controls.alpha,
            alpha_path=ALPHA,
            alphas=ALPHA_CHOICES,
            others=others_of(ground, settings),
        )


@router.get("/workbench/answer", dependencies=[may(READ, scope="county")])
def workbench_answer(
    request: Request,
    served: Served,
    known: Annotated[str | None, Query(max_length=20_000)] = None,
    passing: Annotated[bool, Query()] = False,
) -> Response:
    """What a move brings, for the script: classes of the areas and the parts of the page.

    Nothing new: how far the proof is, or 204. While a slider is moved (`passing`) no search is begun, and what is said
    of each area is left for when it rests.
    """
    with served.county() as county:
        here = looked(request, county)
        ground = workbench_of(request).ground(county)
        bench = _bench(request, here, ground, settings_from(_pairs(request), ground), passing=passing)
        mark = _mark(bench)
        if known == mark:
            said = proof_said(workbench_of(request).proof_of(ground, bench.answer))
            if said is None:
                return Response(status_code=204)
            return JSONResponse({"proof": said[here.lang]}, headers={"cache-control": "no-store"})
        content = {**_content(bench), "proof": proof_said(workbench_of(request).proof_of(ground, bench.answer))}
        shown, shapes = content["shown"], _outlines(request).of(ground)
        with speaking(here.lang):
            common = {"here": here, "lang": here.lang, "form_token": form_token(request)}
            parts = {name: _part(name, here.lang, {**common, **content}) for name in PARTS}
            areas = None
            if shown is not None and shapes is not None:
                areas = drawn_areas(shown, content["pair"], shapes, here.lang, passing=passing)
        return _packed_json(
            request,
            {
                "mark": mark,
                "kind": bench.answer.kind,
                "address": bench.link(),
                "final": _final(bench),
                "parts": parts,
                "areas": areas,
            },
        )


@router.get("/workbench/shapes/{digest}.svg", dependencies=[may(READ, scope="county")])
def workbench_shapes(request: Request, served: Served, digest: str) -> Response:
    """The outlines, for good."""
    outlines = _outlines(request)
    file = outlines.file(digest)
    if file is None:  # a server that was restarted has drawn nothing yet
        with served.county() as county:
            outlines.of(workbench_of(request).ground(county))
        file = outlines.file(digest)
    if file is None:
        return PlainTextResponse("", 404)
    return Response(file, media_type="image/svg+xml", headers={"cache-control": FOREVER})


@router.get("/workbench/scenario", dependencies=[may(READ, scope="county")])
def workbench_scenario(request: Request, served: Served) -> Response:
    """The settings as a scenario file that the command line can run."""
    with served.county() as county:
        ground = workbench_of(request).ground(county)
        settings = settings_from(_pairs(request), ground)
        composed = settings.composed(ground.situation, ground.at.position, question_of(settings, ground))
        name = f'attachment; filename="{composed.path.name}"'
        headers = {"content-disposition": name, "cache-control": "no-store"}
        return Response(composed.loaded.text, media_type="application/yaml", headers=headers)


@router.post("/workbench/propose", dependencies=[may(PLAN, scope="county")])
def workbench_propose(
    request: Request,
    served: Served,
    caller: Caller,
    settings: Annotated[str, Form(max_length=20_000)],
    why: Annotated[str, Form(min_length=1, max_length=1000)],
    plan_hash: Annotated[str | None, Form(max_length=64)] = None,
) -> Response:
    """Take the decisions on the record and draft the plan; the page of the draft."""
    with served.county() as county:
        ground = workbench_of(request).ground(county)
        wanted = Settings.parse(settings).without_present(ground.situation)
        question = question_of(wanted, ground)
        composed = wanted.composed(ground.situation, ground.at.position, question, why.strip() or None)
        with Worker() as worker:
            adopted = adopt(county, composed, caller.actor, plan_hash=plan_hash or None, how=How(worker=worker))
    return RedirectResponse(f"/plans/{adopted.plan}", 303)


def _packed_json(request: Request, content: dict[str, Any]) -> Response:
    headers = {"cache-control": "no-store", "vary": "Accept-Encoding"}
    answer = JSONResponse(content, headers=headers)
    if not unpacks(request):
        return answer
    headers["content-encoding"] = "gzip"
    return Response(packed(bytes(answer.body).decode(), level=QUICK), media_type="application/json", headers=headers)


def _bench(
    request: Request,
    here: Looked,
    ground: Ground,
    settings: Settings,
    wait_seconds: float = 0.0,
    *,
    passing: bool = False,
) -> Bench:
    given = request.query_params
    who = here.who.account if here.who is not None else "nobody"
    seat = f"{who}/{given.get('seat', '')[:40]}"
    pin = given.get("pin")
    bench = workbench_of(request)
    answer = bench.answer(ground, settings, seat, wait_seconds=wait_seconds, passing=passing)
    why_not = hindered_by_sums(answer.certain, settings, ground, here.lang) if answer.certain else None
    if answer.fault is not None:
        why_not = hindered(answer.fault, settings, ground, here.lang)
    pinned = None
    if pin is not None:
        other = Settings.parse(pin).without_present(ground.situation)
        pin = other.query
        pinned = bench.answer(ground, other, f"{seat}/pin")
    return Bench(here, ground, settings, answer, why_not, pin, pinned, "all" in given)


def _content(bench: Bench) -> dict[str, Any]:
    """What the parts of the page are made from."""
    shown = shown_answer(bench.answer)
    return {
        "bench": bench,
        "undo": None,  # for the script, which knows how far it can go back
        "mark": _mark(bench),
        "final": _final(bench),
        "answer": bench.answer,
        "kind": bench.answer.kind,
        "compared": bench.answer.compared.kind,
        "hindered": bench.hindered,
        "shown": shown,
        "pair": pair_of(bench.answer, shown, bench.pinned, bench.ground),
        "guessed": guessed_number(bench.answer),
        "question": question_of(bench.settings, bench.ground),
        "may_save": may_compute(bench.here.who),
        "may_propose": bench.here.who is not None and bool(bench.here.who.roles & PLAN),
        **(shown.content(whole=bench.whole) if shown is not None else {}),
    }


def _part(name: str, lang: Lang, content: dict[str, Any]) -> str:
    return environment(lang).get_template(f"workbench_{name}.html.j2").render(content)


def _mark(bench: Bench) -> str:
    """What the page shows now: a script that has this already needs nothing new."""
    pinned = bench.pinned.mark if bench.pinned is not None else ""
    return f"{bench.ground.at.position}|{bench.answer.mark}|{pinned}|{bench.pin}|{bench.whole}"


def _final(bench: Bench) -> bool:
    """Whether asking again would bring nothing else."""
    return all(one.final for one in (bench.answer, bench.pinned) if one is not None)


def _pairs(request: Request) -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.query_params.multi_items() if name not in OWN]


def workbench_of(request: Request) -> Workbench:
    """The workbench of the server a request came to."""
    return cast(Workbench, request.app.state.workbench)


def _outlines(request: Request) -> Outlines:
    return cast(Outlines, request.app.state.outlines)
