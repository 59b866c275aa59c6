"""A county small enough to be worked out by hand, as a planner would write it: a folder of tables and a policy file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.county import Actor, County, open_county

TABLES = {
    "county": """\
code,name_zh,name_en,note
xiao,小县,Small County,invented
""",
    "townships": """\
code,name_zh,name_en,kind
t1,东镇,East Town,town
t2,西镇,West Town,town
""",
    "units": """\
code,name_zh,name_en,kind,township,households,population,income_per_head_yuan,poor,backward,backward_reason,stars,haves
v1,一村,Village One,village,t1,100,320,9000,yes,yes,no meetings,2,people;money;rules;services;records
v2,二村,Village Two,village,t1,150,480,14000,no,no,,3,people;money;place;rules;services
v3,三村,Village Three,village,t1,120,380,16000,no,no,,4,people;money;place;rules;records
v4,四村,Village Four,village,t2,90,300,8000,yes,yes,no books,1,people;place;rules;services;records
v5,五村,Village Five,village,t2,200,640,15000,no,no,,3,people;money;place;services;records
v6,六社区,Community Six,community,t2,240,800,21000,no,no,,5,money;place;rules;services;records
""",
    "projects": """\
code,unit,name_zh,name_en,category,builder,responsible_post,purposes,closes,cost_yuan,benefit,target,due_on,requires
p1,v1,修议事厅,Meeting hall,place,village committee,village head,construction,place,30000,60,one hall,2026-10-31,
p2,v2,建档案室,Record room,records,village committee,village head,construction,records,18000,30,one room,2026-10-31,
p3,v3,便民服务点,Service point,services,committee,head,construction,services,26000,40,one point,2026-10-31,
p4,v4,集体账户,Village account,money,village committee,village head,service,money,4000,50,one account,2026-10-31,
p5,v5,村规民约墙,Wall of rules,rules,village committee,village head,construction,rules,12000,25,one wall,2026-10-31,
p6,v6,网格员,Grid posts,people,committee,secretary,service,people,3000,20,four posts,2026-10-31,
""",
    "funds": """\
entry,code,fund,name_zh,name_en,department,document_no,budget_year,purposes,amount_yuan,due_on,arrived_on
fund,beautiful,,美丽工程,Beautiful villages,organisation,2026-12,2026,construction,80000,,
tranche,b1,beautiful,,,,,,,50000,2026-03-01,2026-02-20
tranche,b2,beautiful,,,,,,,30000,2026-08-01,
fund,service,,公共服务,Public services,finance,2026-8,2026,service;operation,60000,,
tranche,s1,service,,,,,,,60000,2026-03-01,2026-02-20
""",
    "adjacency": """\
unit_a,unit_b
v1,v2
v2,v3
v4,v5
""",
}

POLICY = """\
policy: xiao
version: 1
title: {zh: 小县办法, en: Small County rules}
in_force_from: 2020-01-01
quantum_yuan: 100
priority:
  need: households
  need_label: {zh: 户数, en: Households}
  criteria:
    - {id: backward, clause: M11, add: 0.50, when: backward, label: {zh: 后进, en: Backward}}
funds:
  beautiful:
    clause: M01
    envelopes: {projects_at_most_share: 1, rest: unallocated}
  service:
    clause: M02
    formula:
      floor_yuan: 5000
      factors:
        - {id: weight, clause: M02, share: 1, weight: weight, label: {zh: 权重, en: Weight}}
    envelopes: {projects_at_most_yuan: 7000, rest: formula}
rules:
  - {rule: floor, id: nobody-below-floor, clause: M12, amount_yuan: 5000}
  - {rule: cap, id: nobody-above-cap, clause: M13, amount_yuan: 60000}
  - {rule: share, id: backward-share, clause: M11, where: backward, at_least: 0.30}
  - {rule: share, id: poor-share, clause: M11, kind: should, where: poor, at_least: 0.35}
  - {rule: demonstration-sites, id: sites, clause: M14, sites_min: 1, sites_max: 2}
objectives:
  - {id: shortfall, clause: M11}
  - {id: welfare, clause: M11, tolerance: 0.001}
  - {id: benefit, clause: M36}
limits: {deterministic_seconds: 20, seed: 1}
"""

PLANNER = Actor("li-na", "finance-planner")
REVIEWER = Actor("zhao-min", "audit-reviewer")
APPROVER = Actor("wang-wei", "leading-group")
TREASURER = Actor("chen-jie", "treasurer")


def write_register(folder: Path, **changed: str) -> Path:
    """The tables as a folder of CSVs; a table given by name replaces that of the small county."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**TABLES, **changed}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def edited(table: str, *pairs: tuple[str, str]) -> str:
    """A table of the small county with some of its text replaced, each exactly once."""
    return _edited(TABLES[table], pairs)


def edited_policy(*pairs: tuple[str, str]) -> str:
    """The policy with some of its text replaced, each exactly once."""
    return _edited(POLICY, pairs)


def _edited(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def write_policy(path: Path, text: str = POLICY) -> Path:
    """The policy as a file."""
    path.write_text(text, encoding="utf-8")
    return path


def store_in(folder: Path) -> str:
    """The address of a store in a folder."""
    return f"sqlite:///{folder / 'county.db'}"


@contextmanager
def small_county(folder: Path) -> Iterator[County]:
    """An open store in a folder, still empty."""
    with open_county(store_in(folder)) as county:
        yield county
