"""The house itself: kinds of problems and words behind codes for everybody; the store and names for who may."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from api.access import ADMIN, AUDIT, Served, may
from api.derived import row_of
from api.problems import TYPES, problems, status_of
from api.reading import ReadRoute
from api.schemas.house import ForgetPerson, Forgotten, PersonOut, ProblemType, StoreOut, Vocabulary
from domain.errors import Refusal
from service.faults import Exit
from service.problem_types import ProblemKind, problem_kinds
from service.store_facts import store_shown
from service.vocabulary import vocabulary

router = APIRouter(tags=["house"])
fixed = APIRouter(route_class=ReadRoute, tags=["house"])
"""What changes with the release only, and is kept as bytes."""


class UnknownProblem(Refusal):
    """A code no problem has."""

    code = "unknown-problem"
    sentence_en = "There is no kind of problem {given}."
    cure_en = "`/v1/problems` lists those there are."


class UnknownPerson(Refusal):
    """An id nobody has, or whose name was erased."""

    code = "unknown-person"
    sentence_en = "Nobody is known by the id {person} (any more)."
    cure_en = "Take an id from a fact; an erased name never comes back."


@fixed.get("/problems", dependencies=[may(scope="open")], response_model=list[ProblemType], responses=problems(503))
def list_problem_types() -> Any:
    """Every kind of problem this API can answer with, with its status, its sentence and what to do about it."""
    return [_problem_type(kind) for kind in problem_kinds().values()]


@fixed.get(
    "/problems/{code}",
    dependencies=[may(scope="open")],
    response_model=ProblemType,
    responses=problems(404, 422, 503),
)
def get_problem_type(code: Annotated[str, Path(max_length=100, examples=["unknown-plan"])]) -> Any:
    """One kind of problem; the `type` of a problem leads here."""
    kind = problem_kinds().get(code)
    if kind is None:
        raise UnknownProblem(given=code[:40])
    return _problem_type(kind)


@fixed.get("/vocabulary", dependencies=[may(scope="open")], response_model=Vocabulary, responses=problems(503))
def get_vocabulary() -> Any:
    """What states, steps, kinds, rules, clauses and the like are called in Chinese and in English."""
    groups = {
        group: {code: {"zh": words.zh, "en": words.en} for code, words in known.items()}
        for group, known in vocabulary().items()
    }
    return Vocabulary.model_validate({"groups": groups})


@router.get(
    "/store",
    dependencies=[may(AUDIT, ADMIN, scope="county")],
    response_model=StoreOut,
    responses=problems(401, 403, 503),
)
def get_store(served: Served) -> Any:
    """What the store is: its id, format, size, how far the record and its tables go, which programs work on it."""
    with served.county() as county:
        return StoreOut.model_validate(row_of(store_shown(county)))


@router.get(
    "/people/{person}",
    dependencies=[may(AUDIT, ADMIN, scope="county")],
    response_model=PersonOut,
    responses=problems(401, 403, 404, 422, 503),
)
def get_person(served: Served, person: Annotated[str, Path(max_length=64, examples=["p-0123456789ab"])]) -> Any:
    """The name behind a pseudonymous id, as long as it was not erased."""
    name = served.people.name_of(person)
    if name is None:
        raise UnknownPerson(person=person[:40])
    return PersonOut(id=person, name=name)


@router.post(
    "/erasures",
    dependencies=[may(ADMIN, scope="county")],
    response_model=Forgotten,
    responses=problems(401, 403, 422, 503),
)
def forget_person(served: Served, request: Request, asked: ForgetPerson) -> Any:
    """Erase a person's name for good; the facts keep an id nobody can resolve any more, and every proof stays valid."""
    forgotten = served.people.erase(asked.name)
    request.app.state.answers.forget()
    return Forgotten(forgotten=forgotten)


def _problem_type(kind: ProblemKind) -> ProblemType:
    told = {
        "type": TYPES + kind.code,
        "code": kind.code,
        "status": status_of(kind.code, Exit(kind.exit)),
        "sentence": {"zh": kind.sentence.zh, "en": kind.sentence.en},
        "cure": None if kind.cure is None else {"zh": kind.cure.zh, "en": kind.cure.en},
    }
    return ProblemType.model_validate(told)
