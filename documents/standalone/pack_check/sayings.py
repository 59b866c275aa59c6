"""What the check of a pack says, in both languages: what was found right, what to know, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from documents.standalone.certificate_check.sayings import SAYS, Wrong

RIGHT, NOTE, BAD = "right", "note", "wrong"
SIGNS_OF = {RIGHT: "✓", NOTE: "!", BAD: "✗"}

SAYS.update(
    {
        "pack-files": (
            "{files} files, each as it was packed, none missing, none besides.",
            "共 {files} 个文件，每个都与打包时一致，不缺不多。",
        ),
        "pack-facts": (
            "{facts} facts, numbered without a gap, their moments in order.",
            "共 {facts} 条事实，编号连续，时间不倒退。",
        ),
        "pack-key": (
            "The log is signed with {name}; fingerprint of the key: {fingerprint}.",
            "账本由 {name} 签名；公钥指纹：{fingerprint}。",
        ),
        "pack-keys": (
            "Keys changed {times} times, each change signed by the old key and by the new one.",
            "密钥更换过 {times} 次，每次都有新旧两把密钥的签名。",
        ),
        "pack-checkpoints": (
            "{checkpoints} checkpoints: each root is that of the facts, each is signed, each continues the one before.",
            "共 {checkpoints} 个存证点：根都与事实相符，都有签名，后一个都接着前一个。",
        ),
        "pack-witnessed": (
            "{name} ({post}) co-signed the first {size} facts.",
            "{name}（{post}）见证到第 {size} 条事实。",
        ),
        "pack-pinned": (
            "The checkpoint you hold, of {size} facts, is a beginning of this log.",
            "您手中的存证点（{size} 条事实）正是本账本的开头部分。",
        ),
        "pack-policies": (
            "{policies} policy texts, word for word as they were adopted.",
            "共 {policies} 份办法，与通过时一字不差。",
        ),
        "pack-plans": (
            "{plans} texts of plans: each has the hash it states; what was proposed and approved is what was drafted.",
            "共 {plans} 份方案文本：哈希与所写一致，送审和批准的就是起草的。",
        ),
        "pack-registers": (
            "{registers} registers that plans were computed from, row by row what the facts say.",
            "共 {registers} 份方案所据名册，逐行与事实相符。",
        ),
        "pack-certified": (
            "Plan {plan} (fact {position}): its certificate was worked out anew and is right; {steps} steps.",
            "方案 {plan}（事实 {position}）：证书已重新推算，属实；共 {steps} 步。",
        ),
        "pack-uncertified": (
            "Plan {plan} (fact {position}) has no certificate: changed by hand, or under rules none can be made for.",
            "方案 {plan}（事实 {position}）没有证书：经手工调整，或含有证书尚不支持的规则。",
        ),
        "pack-ledger": (
            "The ledger was made anew from the facts and is the same to the byte; {entries} movements of money.",
            "账簿已按事实重新生成，逐字节相同；共 {entries} 笔资金变动。",
        ),
        "pack-unsealed": (
            "The last {facts} facts came after the last checkpoint and are not yet sealed: they prove nothing yet.",
            "最后 {facts} 条事实在末个存证点之后，尚未封存，还不能作证。",
        ),
        "pack-other-script": (
            "The verify.py in the pack is not the one that runs now: of another version, or put there by somebody.",
            "包内的 verify.py 不是现在运行的这个：版本不同，或被人调换。",
        ),
        "pack-own-key": (
            "The key was taken from the pack itself: compare its fingerprint, or use --key, or --pinned.",
            "公钥取自包内：请与别处得到的指纹核对，或用 --key 给出公钥、用 --pinned 给出自己保存的存证点。",
        ),
        "pack-replaced": (
            "At fact {position} the key was replaced without the old one's signature: ask why. Reason given: {reason}",
            "事实 {position} 处更换密钥时没有旧密钥的签名，请查问缘由。所述理由：{reason}",
        ),
        "fact-included": (
            "Fact {position} ({name}), recorded {recorded_at}, is among the {size} facts of the signed checkpoint.",
            "事实 {position}（{name}，{recorded_at} 记入）在已签名存证点所覆盖的 {size} 条事实之中。",
        ),
        "grant": (
            "Plan {plan} gives {unit} {total} yuan: {lines}.",
            "方案 {plan} 给 {unit} {total} 元：{lines}。",
        ),
        "all-right": ("All is well.", "全部核对无误。"),
        "not-right": ("NOT all is well: {wrong} of the checks failed.", "核对未通过：有 {wrong} 项不符。"),
        "pack-zip": ("{file} is no archive this check reads.", "{file} 不是本程序能读的压缩包。"),
        "pack-name": (
            "The pack holds `{name}`, which is no name of a file in a pack, a link, or there twice.",
            "包内的 `{name}` 不是包里该有的文件名，或是链接，或重复。",
        ),
        "pack-size": (
            "`{name}` unpacks to another size than it says, or to far too much.",
            "`{name}` 解开后的大小与所写不符，或大得异常。",
        ),
        "pack-large": (
            "The pack holds more than {files} files or {bytes} bytes.",
            "包内文件超过 {files} 个，或超过 {bytes} 字节。",
        ),
        "pack-manifest": (
            "manifest.json is not what a pack's list of files looks like.",
            "manifest.json 不是合格的文件清单。",
        ),
        "pack-missing": ("{name} is missing from the pack.", "包内缺少 {name}。"),
        "pack-stranger": ("{name} does not belong into the pack.", "{name} 不该在包内。"),
        "pack-changed": ("{name} was altered after it was packed.", "{name} 在打包后被改动。"),
        "pack-differs": ("{name} is not what the facts say.", "{name} 与事实所说不符。"),
        "facts-line": ("{where} is not a fact as a pack holds it.", "{where} 不是合格的事实记录。"),
        "facts-order": (
            "{where}: the fact has position {found}; one is missing, added or moved.",
            "{where}：事实编号为 {found}，有缺失、插入或移位。",
        ),
        "facts-back": (
            "{where}: recorded {found}, before the fact above it.",
            "{where}：记入时间 {found} 早于上一条。",
        ),
        "facts-count": (
            "The pack says it has {stated} facts, and has {found}.",
            "清单写有 {stated} 条事实，实有 {found} 条。",
        ),
        "fact": ("What fact {position} says cannot be understood.", "事实 {position} 的内容无法理解。"),
        "note": (
            "{where} is not a checkpoint of this kind of log, exactly as it was written.",
            "{where} 不是本类账本原样的存证点。",
        ),
        "key": ("This is no public key as the log hands it out.", "这不是账本发布的那种公钥。"),
        "no-key": (
            "No fact says which key signs this log.",
            "没有任何事实说明本账本用哪把密钥签名。",
        ),
        "key-foreign": (
            "The key you hold is none of those that signed this log: it is another log, or its key was swapped.",
            "您手中的公钥不是签署本账本的任何一把：不是同一账本，或密钥被调换。",
        ),
        "key-unvouched": (
            "At fact {position} another key took the place of the one you hold, and that one did not sign for it.",
            "事实 {position} 处换上的密钥，没有您手中公钥的签名担保。",
        ),
        "key-change": (
            "Fact {position} changes the key, and lacks a signature it must have.",
            "事实 {position} 更换密钥，却缺少应有的签名。",
        ),
        "no-checkpoint": (
            "The pack has no checkpoint, so nothing in it is sealed.",
            "包内没有存证点，内容都没有封存。",
        ),
        "checkpoint-store": (
            "{where} is a checkpoint of another store.",
            "{where} 是别的账本的存证点。",
        ),
        "checkpoint-beyond": (
            "{where} covers {size} facts, there are {found}: the log was cut short.",
            "{where} 覆盖 {size} 条事实，现只有 {found} 条：账本被截短。",
        ),
        "checkpoint-root": (
            "{where}: the first {size} facts are not those that were signed; one after position {sound} was altered.",
            "{where}：前 {size} 条事实与所签的不符，编号 {sound} 之后有改动。",
        ),
        "checkpoint-signature": (
            "{where} is not signed by the key of the log at that time.",
            "{where} 没有当时密钥的有效签名。",
        ),
        "witness": (
            "{where}: the co-signature of {name} is not right.",
            "{where}：{name} 的见证无效。",
        ),
        "plan-hash": (
            "Fact {position}: the plan's text does not have the hash {stated}.",
            "事实 {position}：方案文本的哈希不是 {stated}。",
        ),
        "disclosure": (
            "This is not one fact with its proof, as the log hands it out.",
            "这不是账本给出的那种单条事实及其证明。",
        ),
        "disclosure-path": (
            "The fact is not in the log the checkpoint speaks of: fact, proof or checkpoint was altered.",
            "存证点所指的账本里没有这条事实：事实、证明或存证点被改动。",
        ),
        "disclosure-key": (
            "Who signed the checkpoint cannot be told without a key: use --key, or --pinned with your own copy.",
            "没有公钥无法判断存证点由谁签名：请用 --key 给出账本公钥，或用 --pinned 给出自己保存的同一份。",
        ),
        "pinned-other": (
            "The checkpoint you hold is another one than that of this fact; it cannot stand in for the key.",
            "您手中的存证点不是这条事实所附的那个，不能代替公钥。",
        ),
    }
)


@dataclass(frozen=True)
class Found:
    """One check: how it came out and what is said of it."""

    kind: str
    wrong: Wrong
    """Its code and details; the sentence is the same whether it tells of a fault or not."""

    def sentence(self, lang: str) -> str:
        return f"{SIGNS_OF[self.kind]} {self.wrong.sentence(lang)}"

    def plain(self, lang: str) -> dict[str, Any]:
        return {"kind": self.kind, "code": self.wrong.code, "sentence": self.wrong.sentence(lang)}


class Checked:
    """All that was found, in the order it was looked at."""

    def __init__(self) -> None:
        self.found: list[Found] = []

    def right(self, code: str, **details: object) -> None:
        self.found.append(Found(RIGHT, Wrong(code, **details)))

    def note(self, code: str, **details: object) -> None:
        self.found.append(Found(NOTE, Wrong(code, **details)))

    def bad(self, wrong: Wrong) -> None:
        self.found.append(Found(BAD, wrong))

    @property
    def faults(self) -> int:
        return sum(one.kind == BAD for one in self.found)
