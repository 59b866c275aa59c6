"""Words that people write in cells for the words the register keeps: kinds, haves, purposes, stages, yes and no."""

from __future__ import annotations

from collections.abc import Iterable

from intake.columns import Words
from texts import Both

TOWNSHIP_KINDS: Words = {
    "town": ("镇", "建制镇"),
    "subdistrict": ("街道", "街道办事处", "街道办"),
    "township": ("乡", "民族乡"),
}
UNIT_KINDS: Words = {
    "village": ("村", "行政村", "建制村", "村委会"),
    "community": ("社区", "居委会", "居民委员会", "城市社区"),
    "agency": ("机关",),
    "school": ("学校",),
    "hospital": ("医院",),
    "state-firm": ("国有企业", "国企", "state firm"),
    "private-firm": ("民营企业", "非公企业", "非公有制企业", "private firm"),
}
"""Kinds are data (M21): any other code is kept as it stands."""
HAVES: Words = {
    "people": ("人", "有人", "有人管事"),
    "money": ("钱", "有钱", "有钱办事"),
    "place": ("地", "场地", "场所", "阵地", "有地", "有场所", "有地议事", "有址议事"),
    "rules": ("章", "制度", "有章", "有制度", "有章理事"),
    "services": ("服务", "有服务", "service"),
    "records": ("台账", "档案", "有台账", "有档案", "record"),
}
"""The six haves (M18); a policy may name others, which are kept as they stand."""
PURPOSES: Words = {
    "construction": ("建设", "工程建设", "基础设施建设"),
    "public-service-construction": ("公共服务建设", "公共服务设施建设", "public service construction"),
    "operation": ("运行", "运转", "日常运行"),
    "maintenance": ("维护", "管护", "维修", "运行维护管护"),
    "service": ("服务", "公共服务", "services"),
}
STAGES: Words = {
    "proposed": ("申报", "已申报", "拟申报"),
    "appraised": ("评审", "已评审", "评审通过"),
    "admitted": ("入库", "已入库"),
    "withdrawn": ("退出", "已退出", "撤回", "出库"),
    "accepted": ("验收", "已验收", "完工验收", "竣工验收"),
}
ENTRIES: Words = {
    "fund": ("资金", "本级", "总额"),
    "tranche": ("分期", "批次", "到位批次", "拨付批次"),
    "pledge": ("帮扶", "帮扶承诺", "承诺", "认捐"),
}
PLEDGE_KINDS: Words = {
    "money": ("资金", "现金", "钱", "cash"),
    "in_kind": ("实物", "物资", "以物", "in-kind"),
}
YES = frozenset({"yes", "y", "true", "t", "1", "是", "有", "对", "√", "✓", "✔", "☑"})
NO = frozenset({"no", "n", "false", "f", "0", "否", "无", "没有", "非", "×", "✗", "✘", "✕", "☐"})
STARS = {
    **{f"{digit}星": n for n, digit in enumerate("一二三四五", start=1)},
    **{f"{digit}星级": n for n, digit in enumerate("一二三四五", start=1)},
    **{f"{n}星": n for n in range(1, 6)},
    **{f"{n}星级": n for n in range(1, 6)},
    **{"★" * n: n for n in range(1, 6)},
    "二星": 2, "两星": 2,
}  # fmt: skip


def said(words: Words, kept: str) -> Both:
    """A word the register keeps, as people of each language say it: `分期` and `tranche`."""
    return Both(words[kept][0] if kept in words else kept, kept)


def listed(words: Words, kept: Iterable[str]) -> Both:
    """Several such words."""
    return Both.join(said(words, one) for one in kept)
