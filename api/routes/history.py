"""What the record says of one thing: its story, fact by fact, in sentences (M33)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from api.access import READ, Caller, Served, may, sees_names
from api.lists import Listed
from api.problems import problems
from api.reading import ReadRoute
from api.schemas.telling import Story, SubjectOut, ToldFact
from service.asking.stories import story_of
from service.asking.subjects import township_of

router = APIRouter(route_class=ReadRoute, tags=["audit"])


@router.get(
    "/history/{subject:path}",
    dependencies=[may(READ, scope="place")],
    response_model=Story,
    responses=problems(401, 403, 404, 422, 503),
)
def get_history(
    served: Served,
    caller: Caller,
    listed: Listed,
    subject: Annotated[
        str,
        Path(
            max_length=200,
            description="A unit, fund, project, plan, commitment …: its code, its name, or KIND:CODE.",
            examples=["unit:v1"],
        ),
    ],
) -> Any:
    """The story of one thing: a sentence per fact, oldest first, late ones with by how long."""
    with served.county() as county:
        county.refresh()
        at = listed.at(county)
        story = story_of(county.for_reader(named=sees_names(caller)), subject, at, listed.window)
        caller.must_cover(township_of(county, story.subject, at))
        page = listed.page_of(ToldFact, [one.json() for one in story.told], story.count, at)
        return Story.model_construct(**dict(page), subject=SubjectOut.model_validate(story.json()["subject"]))
