"""The command line of the check: each thing found in a sentence, or all as JSON."""

from __future__ import annotations

import argparse
import json
import locale
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.pack_check.archive import MANIFEST, read_pack, write_files
from documents.standalone.pack_check.disclosure import check_disclosure, is_disclosure, read_disclosure
from documents.standalone.pack_check.notes import Key, read_key, read_note
from documents.standalone.pack_check.sayings import SIGNS_OF, Checked
from documents.standalone.pack_check.whole import STRANGE, PackCheck, Trust


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: all is well. 1: something is not. 2: the command line is not understood."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "subject", nargs="?", type=Path, help="pack.zip, an unpacked pack's folder, or one disclosed fact"
    )
    parser.add_argument("--key", help="public key of the log, or a file with it, that you have from elsewhere")
    parser.add_argument("--pinned", type=Path, metavar="NOTE", help="a checkpoint you kept earlier")
    parser.add_argument("--unpack", type=Path, metavar="FOLDER", help="unpack it there as well, when all is well")
    parser.add_argument("--lang", choices=("en", "zh"), default=_language())
    parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
    given = parser.parse_args(arguments)
    subject = given.subject or Path(__file__).resolve().parent
    if not subject.exists() or (subject.is_dir() and not (subject / MANIFEST).is_file()):
        parser.error(f"{subject} is no pack and no disclosed fact")
    checked = Checked()
    try:
        checked = _checked(subject, given)
    except Wrong as wrong:
        checked.bad(wrong)
    except OSError as fault:
        checked.bad(Wrong("file", file=Path(str(fault.filename or subject)).name))
    except STRANGE as fault:
        checked.bad(Wrong("strange", file=f"{subject.name} ({type(fault).__name__})"))
    return _told(checked, given)


def _checked(subject: Path, given: argparse.Namespace) -> Checked:
    key = _key(given.key) if given.key else None
    pinned = read_note(given.pinned.read_bytes().decode("utf-8"), given.pinned.name) if given.pinned else None
    if subject.is_file() and is_disclosure(content := subject.read_bytes()):
        return check_disclosure(read_disclosure(content), key, pinned)
    files = read_pack(subject)
    checked = PackCheck(files, Trust(key, pinned)).run()
    if given.unpack is not None and not checked.faults:
        given.unpack.mkdir(parents=True)
        write_files(files, given.unpack)
    return checked


def _key(given: str) -> Key:
    """A key from the option itself or the file it names; comments and empty lines of a file are passed over."""
    path = Path(given)
    text = path.read_text(encoding="utf-8") if "+" not in given or path.is_file() else given
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise Wrong("key")
    return read_key(lines[0])[0]


def _told(checked: Checked, given: argparse.Namespace) -> int:
    wrong = checked.faults
    if given.json:
        content = {"right": not wrong, "checks": [one.plain(given.lang) for one in checked.found]}
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
        return int(wrong > 0)
    for one in checked.found:
        sys.stdout.write(one.sentence(given.lang) + "\n")
    last = Wrong("not-right", wrong=wrong) if wrong else Wrong("all-right")
    sys.stdout.write(f"{SIGNS_OF['wrong' if wrong else 'right']} {last.sentence(given.lang)}\n")
    return int(wrong > 0)


def _language() -> str:
    """The language of this machine, as far as it is one of ours."""
    words = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    told = next((word for word in words if word), "") or locale.getlocale()[0] or ""
    return "zh" if told.lower().startswith(("zh", "chinese")) else "en"
