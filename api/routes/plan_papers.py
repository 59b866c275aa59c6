"""The papers of one plan as files: table, report, numbers, certificate, model.

What was announced is before everybody's eyes, and so are its papers; for who may see which plan see
`api/plans_seen.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.access import READ, Served, Visitor, may
from api.codes import PlanCode
from api.downloads import Download, send, whole_file_of
from api.languages import language
from api.moments import Asked, When
from api.plans_seen import seen
from api.problems import problems
from service.access.principal import Principal
from service.exports.shelf import PAPERS, file_name, version_of, write_paper
from service.office import Office
from service.plan_steps import is_published

router = APIRouter(tags=["plans"])
MEANING = {
    "distribution.xlsx": "The distribution table to hand in.",
    "report.html": "The report on one page: map, curve, a line per unit with its reason.",
    "plan.json": "The plan's lines, funds, objectives and run record.",
    "certificate.json": "The portable certificate: anyone can check that no plan beats this one by more than it says.",
    "model.mps": "A step of the plan's strict order as a model other programs solve (MPS).",
    "model.lp": "A step of the plan's strict order as a model other programs solve (LP).",
}
Step = Annotated[str | None, Query(max_length=100, description="Which step of the strict order. Default: the last.")]


@contextmanager
def _prepared(
    request: Request, served: Office, visitor: Principal | None, when: Asked, plan: str, name: str, step: str | None
) -> Iterator[Download]:
    lang = language(request)
    with served.county() as county:
        at = when.at(county)
        public = is_published(seen(county, plan, at, visitor))
        yield Download(
            name=name,
            file_name=file_name(county, at, name, lang, plan),
            media_type=PAPERS[name],
            version=version_of(county, at, name, plan, lang, step or ""),
            public=public,
            write=lambda path: write_paper(county, at, path, name, plan, lang=lang, step=step),
        )


def _route(name: str) -> Callable[..., Coroutine[Any, Any, Response]]:
    async def get_paper(request: Request, served: Served, visitor: Visitor, when: When, plan: PlanCode) -> Response:
        return await send(request, _prepared(request, served, visitor, when, plan, name, None))

    async def get_model(
        request: Request, served: Served, visitor: Visitor, when: When, plan: PlanCode, step: Step = None
    ) -> Response:
        return await send(request, _prepared(request, served, visitor, when, plan, name, step))

    return get_model if name.startswith("model.") else get_paper


for _name, _media_type in PAPERS.items():
    router.add_api_route(
        f"/plans/{{plan}}/{_name}",
        _route(_name),
        name=f"plan_{_name.replace('.', '_')}",
        summary=MEANING[_name],
        description=MEANING[_name],
        # a model is found by a search of its own, which is not for everybody to start
        dependencies=[may(READ, scope="county") if _name.startswith("model.") else may(scope="open")],
        responses=whole_file_of(_media_type) | problems(401, 403, 404, 409, 422, 503),
        response_class=Response,
    )
