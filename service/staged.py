"""Register files between looking at them and recording them: kept for a day, for whoever sent them alone."""

from __future__ import annotations

import json
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from domain.errors import Refusal
from history.port import Clock
from service.register_uploads import Upload

KEPT_FOR = timedelta(days=1)
STAGED_MAX = 20
"""So many files of one account at once; the oldest makes room."""
_ID = re.compile(r"[0-9a-f]{32}")
_ABOUT, _REGISTER, _AREAS = "about.json", "register", "areas"


class NothingStaged(Refusal):
    """A file that was sent too long ago, or by somebody else, or never."""

    code = "import-not-kept"
    sentence_en = "The file is not kept any more."
    cure_en = "Choose it again; a file is kept for a day."


class Staged:
    """The files of one store, each in a folder of its own, its name a chance one."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock

    def keep(self, account: str, register: Upload, areas: Upload | None) -> str:
        """Keep a file and the outlines beside it; the name it is found by."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._tidy(account)
        name = uuid.uuid4().hex
        own = self._folder / name
        own.mkdir(mode=0o700)
        about = {"account": account, "at": self._clock().isoformat(), "register": register.name}
        for place, upload in ((_REGISTER, register), (_AREAS, areas)):
            if upload is not None:
                about[place] = upload.name
                with (own / place).open("wb") as file:
                    shutil.copyfileobj(upload.content, file)
        (own / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
        return name

    @contextmanager
    def opened(self, account: str, name: str) -> Iterator[tuple[Upload, Upload | None]]:
        """The file and its outlines. Raises `NothingStaged`."""
        own = self._folder / name
        about = self._about(own) if _ID.fullmatch(name) else None
        if about is None or about["account"] != account:
            raise NothingStaged
        with ExitStack() as files:
            register = Upload(about["register"], files.enter_context((own / _REGISTER).open("rb")))
            areas = None
            if _AREAS in about:
                areas = Upload(about[_AREAS], files.enter_context((own / _AREAS).open("rb")))
            yield register, areas

    def drop(self, account: str, name: str) -> None:
        """Forget a file that was recorded."""
        with suppress(NothingStaged), self.opened(account, name):
            shutil.rmtree(self._folder / name, ignore_errors=True)

    def _about(self, own: Path) -> dict[str, str] | None:
        try:
            found: dict[str, str] = json.loads((own / _ABOUT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found

    def _tidy(self, account: str) -> None:
        """Forget what is too old, and of this account what is too many."""
        own: list[tuple[str, Path]] = []
        for folder in self._folder.iterdir():
            about = self._about(folder)
            if about is None or datetime.fromisoformat(about["at"]) < self._clock() - KEPT_FOR:
                shutil.rmtree(folder, ignore_errors=True)
            elif about["account"] == account:
                own.append((about["at"], folder))
        for _, folder in sorted(own)[: max(0, len(own) - STAGED_MAX + 1)]:
            shutil.rmtree(folder, ignore_errors=True)
