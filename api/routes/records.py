"""Posts, evidence and measures: what decisions are taken by, rest on, and are judged by (M29, M31, M32)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from api.access import READ, Caller, Served, may, sees_names
from api.codes import EvidenceCode, PostCode
from api.derived import item_of, model_of
from api.languages import Language
from api.lists import Listed, Page
from api.moments import When
from api.problems import problems
from api.reading import ReadRoute
from domain.decisions.citing import UnknownEvidence
from domain.decisions.posts import UnknownPost
from service.listings import EvidenceRow, MeasureRow, PostRow, evidence_rows, measure_rows, post_rows
from service.registers import moment, register_at, registered

router = APIRouter(route_class=ReadRoute, tags=["record"])
PostOut: Any = model_of(PostRow, "Post")
EvidenceOut: Any = model_of(EvidenceRow, "Evidence")
MeasureOut: Any = model_of(MeasureRow, "Measure")
FAULTS = problems(401, 403, 404, 422, 503)


@router.get("/posts", dependencies=[may(READ, scope="open")], responses=FAULTS)
def list_posts(
    served: Served,
    listed: Listed,
    above: Annotated[str | None, Query(max_length=64, description="Only those right below this post.")] = None,
    department: Annotated[str | None, Query(max_length=200, description="Only of this department.")] = None,
) -> Page[PostOut]:
    """Every post that was recorded, with the one above it and the one that supervises it."""
    with served.county() as county:
        at = listed.at(county)
        found = post_rows(county, at)
    rows = (post for post in found if above in (None, post.above) and department in (None, post.department))
    return listed.page(PostOut, rows, at)


@router.get("/posts/{post}", dependencies=[may(READ, scope="open")], responses=FAULTS)
def get_post(served: Served, when: When, post: PostCode) -> PostOut:
    """One post."""
    with served.county() as county:
        found = next((one for one in post_rows(county, when.at(county)) if one.post == post), None)
    if found is None:
        raise UnknownPost(post=post)
    return item_of(PostOut, found)


@router.get("/evidence", dependencies=[may(READ, scope="own")], responses=FAULTS)
def list_evidence(
    served: Served,
    caller: Caller,
    listed: Listed,
    unit: Annotated[str | None, Query(max_length=64, description="Only about this unit.")] = None,
    project: Annotated[str | None, Query(max_length=64, description="Only about this project.")] = None,
    objection: Annotated[str | None, Query(max_length=64, description="Only about this objection.")] = None,
    disbursement: Annotated[str | None, Query(max_length=64, description="Only about this payment.")] = None,
    sha256: Annotated[
        str | None, Query(pattern="^[0-9a-f]{64}$", description="Only what is this very file, by its hash.")
    ] = None,
    state: Annotated[Literal["standing", "superseded", "withdrawn"] | None, Query(description="Only such.")] = None,
) -> Page[EvidenceOut]:
    """Every piece of evidence; of an account limited to townships, what is about their units and projects.

    Files stay outside the record: of each its hash is kept.
    """
    with served.county() as county:
        at = listed.at(county)
        register = register_at(county, at) if registered(county, at) else None
        found = evidence_rows(county.for_reader(named=sees_names(caller)), at, register)
    rows = (
        one
        for one in found
        if caller.covers(one.township)
        and unit in (None, one.unit)
        and project in (None, one.project)
        and objection in (None, one.objection)
        and disbursement in (None, one.disbursement)
        and sha256 in (None, one.sha256)
        and state in (None, one.state)
    )
    return listed.page(EvidenceOut, rows, at)


@router.get("/evidence/{evidence}", dependencies=[may(READ, scope="place")], responses=FAULTS)
def get_evidence(served: Served, caller: Caller, when: When, evidence: EvidenceCode) -> EvidenceOut:
    """One piece of evidence."""
    with served.county() as county:
        at = when.at(county)
        register = register_at(county, at) if registered(county, at) else None
        rows = evidence_rows(county.for_reader(named=sees_names(caller)), at, register)
        found = next((one for one in rows if one.evidence == evidence), None)
    if found is None:
        raise UnknownEvidence(evidence=evidence)
    caller.must_cover(found.township)
    return item_of(EvidenceOut, found)


@router.get("/measures", dependencies=[may(scope="open")], responses=problems(422, 503))
def list_measures(served: Served, listed: Listed, lang: Language) -> Page[MeasureOut]:
    """The measures that gates, sweeps and comparisons speak of, named in the language asked for."""
    with served.county() as county:
        at = moment(county)
    return listed.page(MeasureOut, measure_rows(lang), at)
