"""What fields of bodies and addresses mean, and an example of each, by their names: one name has one meaning here."""

from __future__ import annotations

from typing import Any

WORDS: dict[str, tuple[str, Any]] = {
    "above": ("The post above it.", "finance-head"),
    "amount_fen": ("In whole fen (1 yuan = 100 fen).", 3_100_000),
    "arrived_on": ("The day it arrived. Default: the day the decision counts from.", "2026-04-02"),
    "benefit": ("Points of the appraisal.", 60),
    "budget_year": ("The budget year.", 2026),
    "builder": ("The body that builds it (实施单位).", "village committee"),
    "by": ("Who promised it.", "Provincial Grid Company"),
    "by_plan": ("The plan that takes its place, proposed at least.", "2026-02"),
    "capacity": ("As what somebody speaks: resident, village-head, department, …", "resident"),
    "category": ("Its kind, such as place, road, service.", "place"),
    "cites": ("Codes of evidence the decision rests on.", ["photo-12"]),
    "closes": ("Which missing haves it closes when done.", ["place"]),
    "code": ("What programs and papers call it; given once.", "V012"),
    "commitment": ("Code of the commitment.", "2026-01.service.V012"),
    "cost_fen": ("What it costs in all, in whole fen.", 3_000_000),
    "department": ("The department it belongs to.", "finance"),
    "disbursement": ("Code of the payment.", "d-017"),
    "document_no": ("The document that gives the money (指标文号).", "财农〔2026〕8号"),
    "due_on": ("The day it is due.", "2026-10-31"),
    "duty": ("Code of the duty.", "street-lights"),
    "eligibility": ("An expression over the unit's fields; only units where it holds may receive.", "backward"),
    "evidence": ("The evidence: its code, or what it is in words.", "photo-12"),
    "finding": ("What the appraisal found.", "needed, and can be kept up"),
    "fund": ("Code of the fund.", "service"),
    "haves": ("Which of the policy's checklist the unit has.", ["people", "rules"]),
    "households": ("Number of households.", 412),
    "indicator": ("The unit's field it shows, such as stars.", "stars"),
    "kind": ("Its kind.", "village"),
    "line": ("The line: fund.unit, or fund.project.", "service.V012"),
    "name": ("Its name.", "street lights"),
    "name_en": ("Its name in English.", "Zhuyuan Village"),
    "name_zh": ("Its name in Chinese.", "竹园村"),
    "new_amount_fen": ("What is announced from now on, in whole fen.", 450_000_000),
    "new_cost_fen": ("What it costs from now on, in whole fen.", 3_400_000),
    "note": ("What it shows.", "the room is finished"),
    "objection": ("Code of the objection.", "o-3"),
    "objections_until": ("The last day for objections.", "2026-03-16"),
    "opinion": ("What the reviewer thinks of it.", "sound"),
    "outcome": ("upheld: the plan returns; rejected: it stands.", "rejected"),
    "payee": ("Who is paid.", "Chengxi Building Company"),
    "plan": ("Code of the plan.", "2026-01"),
    "pledge": ("Code of the pledge.", "grid-2026"),
    "post": ("Name of the post.", "finance-planner"),
    "project": ("Code of the project.", "P0317"),
    "purposes": ("What the money is for.", ["construction"]),
    "rank": ("Its place in the order of wishes, 1 being first.", 1),
    "reason": ("The reason, kept on the record.", "the rest is not needed"),
    "requires": ("Projects that must be built for this one to make sense.", ["P0316"]),
    "responsible_post": ("The post that answers for it.", "village head"),
    "running_fund": ("The fund that carries its running cost.", "service"),
    "sha256": ("SHA-256 of the file, in hexadecimal.", "9f86d081" * 8),
    "stars": ("One to five.", 4),
    "supervised_by": ("The post that supervises it.", "audit-office"),
    "supersedes": ("The piece this one replaces.", "photo-11"),
    "target": ("What is to be reached (绩效目标).", "one hall, used weekly"),
    "text": ("What is said; without names, it stays on the record.", "The well of our group was forgotten."),
    "to_fund": ("The same department's fund of the next budget year.", "service-2027"),
    "township": ("Code of the township.", "T03"),
    "tranche": ("Code of the tranche.", "s2"),
    "unit": ("Code of the unit.", "V012"),
    "voucher": ("The voucher it is paid on.", "2026-04-0031"),
    "witness_post": ("The post that signs there.", "city-auditor"),
}  # fmt: skip


def words_of(name: str) -> dict[str, Any]:
    """Description and examples of a field, as a schema has them; nothing for a name that says itself what it is."""
    if name not in WORDS:
        return {}
    description, example = WORDS[name]
    return {"description": description, "examples": [example]}
