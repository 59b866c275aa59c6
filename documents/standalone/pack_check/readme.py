"""What whoever opens a pack reads first, in both languages; the script knows it, so that no other can be slipped in."""

from __future__ import annotations

README = "README.md"
README_TEXT = """\
# 审计包

本包是统筹账本 {store} 的前 {facts} 条事实，以及证明它们所需的一切。核对它不必相信任何人：

    python3 verify.py

只需 Python 3.9 以上，不用联网，不用安装。也可以对着压缩包运行：`python3 verify.py 包.zip`。每项检查说一句话；
全部无误时退出码为 0。

脚本若取自本包，只能说明包内前后一致。要知道账本自签名以来没有被改过，请用别处得到的公钥（`--key`）或自己保存的存证点
（`--pinned`）再核一遍；公钥指纹印在每份公告上。

| 文件 | 内容 |
|---|---|
| `facts.jsonl` | 全部事实，一行一条：编号、名称、标签、记入时间、盐、原文 |
| `checkpoints/` | 已签名的存证点（C2SP tlog-checkpoint），含上级见证签名 |
| `keys.txt` | 签名公钥和见证人公钥，自哪条事实起使用 |
| `policies/` | 历次办法原文，文件名是通过时的事实编号 |
| `plans/` | 历次方案文本和证书，文件名是起草或调整时的事实编号 |
| `registers/` | 方案所据名册的各表，文件名是计算时的事实编号 |
| `ledger.beancount` | 按事实生成的账簿，`bean-check` 可核 |
| `manifest.json` | 每个文件的 SHA-256 |
| `verify.py` | 核对程序，一个文件，只用标准库 |

人名不在包内，只有代号和岗位；私钥从不入包。

# Audit pack

The first {facts} facts of the Tongchou log {store}, with all that is needed to prove them. Nobody has to be believed:

    python3 verify.py

It needs Python 3.9 or newer, no network and no installation, and works on the archive as well: `python3 verify.py
pack.zip`. Each check is said in a sentence; exit code 0 means that all is well.

A script taken from the pack itself only shows that the pack agrees with itself. To know that nothing was altered since
it was signed, check again with a public key from elsewhere (`--key`) or a checkpoint you kept (`--pinned`); the
fingerprint of the key is printed on every notice.

| file | holds |
|---|---|
| `facts.jsonl` | every fact, one a line: position, name, tags, moment of recording, salt, stored text |
| `checkpoints/` | signed checkpoints (C2SP tlog-checkpoint) with the co-signatures of witnesses |
| `keys.txt` | public keys that sign and witness, and from which fact on |
| `policies/` | every policy text, named by the position it was adopted at |
| `plans/` | every text of every plan with its certificate, named by the position it was drafted or changed at |
| `registers/` | the tables plans were computed from, named by the position they were read at |
| `ledger.beancount` | the ledger made from the facts; `bean-check` accepts it |
| `manifest.json` | the SHA-256 of every file |
| `verify.py` | the check: one file, standard library only |

Names of persons are not in the pack, only ids and posts; private keys never are.
"""


def readme_file(store: str, facts: int) -> dict[str, bytes]:
    """The text for one pack."""
    return {README: README_TEXT.format(store=store, facts=facts).encode()}
