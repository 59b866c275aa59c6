"""Kept branches: what-if on any past position of the record, and their promotion to it (M33).

On a branch anybody who decides may pretend; what was decided there counts only once the same person in the same post
has promoted it, and then everything is decided anew.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from msgspec import to_builtins

from api.access import ADMIN, APPROVE, AUDIT, PAY, PLAN, READ, Caller, Served, may
from api.derived import row_of, rows_of
from api.languages import language
from api.lists import Listed, Page
from api.problems import problems
from api.repeating import WriteRoute
from api.schemas.branches import BranchDetail, BranchDifference, BranchOut, PromoteBranch, Promoted, StartBranch
from service.access.principal import Forbidden
from service.branch_reading import LIVE, branch_shown, compared, taken_on
from service.branches import branch_row, branches, drop_branch, existing, start_branch
from service.promotion import promote
from service.registers import moment

router = APIRouter(route_class=WriteRoute, tags=["branches"])
DECIDING = (PLAN, APPROVE, PAY, AUDIT)
Branch = Annotated[str, Path(max_length=64, description="Its name.", examples=["what-if-2027"])]


@router.get(
    "/branches",
    dependencies=[may(READ, scope="county")],
    response_model=Page[BranchOut],
    responses=problems(401, 403, 422, 503),
)
def list_branches(served: Served, request: Request, listed: Listed) -> Any:
    """Every kept branch, by name; those that cannot be opened with the reason."""
    with served.county() as county:
        shown = [branch_shown(county, row, language(request)) for row in branches(county)]
        return listed.page(BranchOut, rows_of(shown), listed.at(county))


@router.post(
    "/branches",
    name="start_branch",
    dependencies=[may(*DECIDING, scope="county")],
    status_code=201,
    response_model=BranchOut,
    responses=problems(401, 403, 409, 422, 503),
)
def start_branch_(served: Served, caller: Caller, request: Request, response: Response, asked: StartBranch) -> Any:
    """Begin a branch at a position of the record; it is kept until it is dropped, and the record never knows of it."""
    with served.county() as county:
        at = moment(county, position=asked.position)
        start_branch(county, asked.name, caller.actor, asked.why, at)
        response.headers["Location"] = f"/v1/branches/{asked.name}"
        return BranchOut.model_validate(row_of(branch_shown(county, branch_row(county, asked.name), language(request))))


@router.get(
    "/branches/{branch}",
    dependencies=[may(READ, scope="county")],
    response_model=BranchDetail,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def get_branch(served: Served, request: Request, branch: Branch) -> Any:
    """One branch with every decision taken on it."""
    with served.county() as county:
        row, taken = taken_on(county, branch)
        shown = row_of(branch_shown(county, row, language(request)))
        return BranchDetail.model_validate({**shown, "taken": rows_of(taken)})


@router.get(
    "/branches/{branch}/comparison",
    dependencies=[may(READ, scope="county")],
    response_model=Page[BranchDifference],
    responses=problems(401, 403, 404, 409, 422, 503),
)
def compare_branch(
    served: Served,
    listed: Listed,
    branch: Branch,
    other: Annotated[
        str, Query(alias="with", max_length=64, description="Another branch, or `live`: the record as it stands.")
    ] = LIVE,
) -> Any:
    """What register, funds, plans and ledger have otherwise on a branch than on another, or on the record."""
    with served.county() as county:
        rows = [
            {
                "subject": one.subject,
                "entry": one.entry,
                "field": one.field,
                "other": to_builtins(one.left),
                "branch": to_builtins(one.right),
            }
            for one in compared(county, other, branch)
        ]
        return listed.page(BranchDifference, rows, listed.at(county))


@router.delete(
    "/branches/{branch}",
    name="drop_branch",
    dependencies=[may(*DECIDING, ADMIN, scope="county")],
    status_code=204,
    response_class=Response,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def drop_branch_(served: Served, caller: Caller, branch: Branch) -> None:
    """Forget a branch for good; whoever started it may, and an administrator, also one that cannot be opened."""
    with served.county() as county:
        existing(county, branch)
        if "admin" not in caller.roles:
            about = branch_row(county, branch).about
            if about is None or about.person != county.people.find(caller.person):
                raise Forbidden(who=caller.account, roles="admin")
        drop_branch(county, branch)


@router.post(
    "/promotions",
    dependencies=[may(*DECIDING, scope="county")],
    status_code=201,
    response_model=Promoted,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def promote_branch(served: Served, caller: Caller, asked: PromoteBranch) -> Any:
    """Take every decision of a branch anew on the record, all or none; only who took them, in that post, can."""
    with served.county() as county:
        receipt = promote(county, asked.branch, caller.actor)
        facts = [{"position": one.position, "fact": one.fact.stored_name()} for one in receipt.recorded]
        return Promoted.model_validate({"branch": asked.branch, "position": receipt.position, "facts": facts})
