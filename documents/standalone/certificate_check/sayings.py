"""What can be wrong, in both languages: one sentence for each kind of fault."""

from __future__ import annotations

SAYS: dict[str, tuple[str, str]] = {
    "file": (
        "{file} cannot be read.",
        "{file} 读不出来。",
    ),
    "json": (
        "{file} is not the plain JSON expected: {found}.",
        "{file} 不是合格的 JSON：{found}。",
    ),
    "shape": (
        "{where}: found {found}, expected {expected}.",
        "{where}：写的是 {found}，应为 {expected}。",
    ),
    "unknown": (
        "{where} has `{name}`, which this check does not know, and it certifies nothing it does not understand.",
        "{where} 有本程序不认识的 `{name}`；不认识的，一概不予认证。",
    ),
    "cell": (
        "{where}: `{found}` cannot be read as {expected}.",
        "{where}：`{found}` 不是 {expected}。",
    ),
    "expression": (
        "The expression `{text}` cannot be worked out for {unit}: {found}.",
        "表达式 `{text}` 对 {unit} 算不出来：{found}。",
    ),
    "formula": (
        "The formula of fund {fund} cannot be given as it says.",
        "资金 {fund} 的公式无法照办。",
    ),
    "hash": (
        "The {what} stated in {file} is not that of what is in hand: something was altered, or belongs elsewhere.",
        "{file} 所写的 {what} 与手上的内容不符：有改动，或不是同一份。",
    ),
    "line": (
        "Line {line} of the plan does not fit register and policy.",
        "方案明细 {line} 与名册、办法不符。",
    ),
    "project": (
        "Project {project} gets {found} fen where {expected} are needed.",
        "项目 {project} 得 {found} 分，应为 {expected} 分。",
    ),
    "grant": (
        "By fund {fund}, unit {unit} gets {found} fen of formula money, which the formula does not give.",
        "资金 {fund} 按公式给 {unit} 的不是 {found} 分。",
    ),
    "fund": (
        "What the plan states of fund {fund} does not agree with its lines.",
        "方案所写资金 {fund} 的账与明细不符。",
    ),
    "site": (
        "{unit} is no demonstration site by the rules.",
        "{unit} 按规则不能作示范点。",
    ),
    "row": (
        "The plan breaks {row}: {found} where {low} to {high} is allowed.",
        "方案违反 {row}：{found}，允许 {low} 至 {high}。",
    ),
    "steps": (
        "{file} states the steps {found}; the policy asks for {expected}.",
        "{file} 写的步骤是 {found}，办法要求 {expected}。",
    ),
    "figure": (
        "{file}, {step}: {figure} is stated as {stated}, it comes to {found}.",
        "{file}，{step}：{figure} 写 {stated}，算得 {found}。",
    ),
    "beyond": (
        "The value of {step} is beyond its bound, so one of the two is wrong.",
        "{step} 的值超出了界，两者必有一错。",
    ),
    "kept": (
        "The plan reaches {found} in {step}, short of the {expected} that later steps had to keep.",
        "方案在 {step} 得 {found}，不到后续步骤须保住的 {expected}。",
    ),
    "no-row": (
        "{step} puts a price on {row}, and there is no such row.",
        "{step} 给 {row} 定了价，而没有这一行。",
    ),
    "side": (
        "{step}: the price of {row} leans on a side it does not have.",
        "{step}：{row} 的价格靠在它没有的一侧。",
    ),
    "short": (
        "{step}: at these prices falling short of {row} would pay without end.",
        "{step}：照此价格，{row} 短缺越多越合算，界不成立。",
    ),
    "none": (
        "By the rules there is no plan at all, so this cannot be one.",
        "照规则根本没有可行方案，所以它不可能是。",
    ),
    "unpriced": (
        "{step} names as without a price {stated}; without one are {found}.",
        "{step} 声明未定价的是 {stated}，实际未定价的是 {found}。",
    ),
    "told-otherwise": (
        "{name} of the proof is not what register and policy say.",
        "证明里的 {name} 与名册、办法所说不同。",
    ),
    "leaf": (
        "The proof of impossibility fails in the case {where}: nothing contradicts there.",
        "“不可能”的证明在 {where} 处不成立：没有矛盾。",
    ),
    "strange": (
        "{file} holds something no certificate has, and is not accepted.",
        "{file} 含有证书不会有的内容，不予接受。",
    ),
}


class Wrong(Exception):
    """Something stated is not right, or cannot be understood: `code` is stable, the sentence is for people."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = {name: brief(value) for name, value in details.items()}

    def sentence(self, lang: str) -> str:
        return SAYS[self.code][lang == "zh"].format(**self.details)


def brief(value: object) -> str:
    """A value as a sentence shows it: on one line and not without end."""
    if isinstance(value, (list, tuple, set, frozenset)):
        value = ", ".join(str(one) for one in value) or "–"
    elif isinstance(value, int) and abs(value) >= 10**60:
        value = "a number of more than 60 digits"
    text = "".join(sign if sign.isprintable() else "�" for sign in str(value)[:400])
    return text if len(text) < 160 else text[:157] + "…"
