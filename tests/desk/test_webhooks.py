"""What is kept of webhooks: positions only rise, dead letters stay until delivered, on both kinds of desk."""

from __future__ import annotations

from dataclasses import replace

from desk.database import Desk
from desk.webhooks import DeadLetter, Hook, Webhooks

HOOK = Hook(
    id="wh-1",
    url="https://hooks.example/in",
    types=("fund.closed",),
    tags=(),
    secret="sealed",
    old_secret="",
    old_until="",
    position=7,
    paused=False,
    failures=0,
    next_try="",
    last_error="",
    created_by="root",
    created_at="2026-01-01",
)
LETTER = DeadLetter("wh-1", 8, 14, 500, "answered 500", "2026-01-02", again=False)


def test_a_webhook_is_kept_as_it_was_made_and_changed(desks: tuple[Desk, Desk]) -> None:
    one, two = (Webhooks(desk) for desk in desks)
    one.add(HOOK)
    one.add(replace(HOOK, id="wh-0", created_at="2026-01-02"))
    assert two.find("wh-1") == HOOK
    assert [hook.id for hook in two.all()] == ["wh-1", "wh-0"]
    two.change_secret("wh-1", "newer", "2026-01-03")
    two.redirect("wh-1", "https://hooks.example/out", [], ["fund:a"])
    two.pause("wh-1", "answered 410")
    changed = replace(
        HOOK,
        secret="newer",
        old_secret="sealed",
        old_until="2026-01-03",
        url="https://hooks.example/out",
        types=(),
        tags=("fund:a",),
        paused=True,
        last_error="answered 410",
    )
    assert one.find("wh-1") == changed
    one.resume("wh-1")
    assert two.find("wh-1") == replace(changed, paused=False, last_error="")
    assert (one.delete("wh-1"), one.delete("wh-1"), two.find("wh-1")) == (True, False, None)


def test_a_position_only_rises_whoever_writes_last(desks: tuple[Desk, Desk]) -> None:
    leads, lost = (Webhooks(desk) for desk in desks)
    leads.add(HOOK)
    assert leads.reached("wh-1", 9)
    assert not lost.reached("wh-1", 8)
    lost.failed("wh-1", 8, "2026-01-04", "no connection")  # of a fact that was delivered meanwhile
    assert leads.find("wh-1") == replace(HOOK, position=9)
    leads.failed("wh-1", 9, "2026-01-04", "no connection")
    assert lost.find("wh-1") == replace(HOOK, position=9, failures=1, next_try="2026-01-04", last_error="no connection")
    leads.pause("wh-1")
    assert not leads.reached("wh-1", 10)  # noted, and not to be gone on from
    assert lost.find("wh-1") == replace(HOOK, position=10, paused=True)


def test_dead_letters_are_kept_once_asked_for_again_and_gone_when_delivered(desks: tuple[Desk, Desk]) -> None:
    one, two = (Webhooks(desk) for desk in desks)
    one.add(HOOK)
    one.bury(LETTER)
    one.bury(replace(LETTER, attempts=99))
    one.bury(replace(LETTER, position=11))
    one.bury(replace(LETTER, hook="wh-gone"))
    assert two.dead_letters("wh-1", 0, 10) == [LETTER, replace(LETTER, position=11)]
    assert two.dead_letters("wh-1", 8, 10) == [replace(LETTER, position=11)]
    assert two.count_dead_letters() == {"wh-1": 2}
    assert (two.ask_again("wh-1", [11, 12]), two.asked_again()) == (1, {"wh-1": [11]})
    assert (two.ask_again("wh-1", None), two.asked_again()) == (2, {"wh-1": [8, 11]})
    one.failed_again(DeadLetter("wh-1", 8, 1, 0, "no connection", "2026-01-05", again=False))
    one.delivered_again("wh-1", 11)
    assert two.dead_letters("wh-1", 0, 10) == [DeadLetter("wh-1", 8, 15, 0, "no connection", "2026-01-05", again=False)]
    one.delete("wh-1")
    assert (two.count_dead_letters(), two.asked_again()) == ({}, {})
