"""Webhooks end to end: a real receiver that fails, a dispatcher that dies, and every fact arrives once by its id."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_bytes

import pytest

from desk.leases import Leases
from desk.webhooks import Hook, Webhooks
from service.access.secret import Secret
from service.county import now
from service.feed.delivery import Dispatcher, Patience
from service.feed.facts import Facts
from service.feed.head import HeadWatch
from service.feed.pinned import Outbound
from service.feed.targets import Targets
from service.feed.webhooks import Changes, WebhookBook
from service.office import Office
from tests.service.feed.receiver import CUT, HANG, Receiver, receiving
from tests.year import finished_year

QUICK = Patience(attempts=100, first_seconds=0.002, most_seconds=0.01, lease_seconds=0.6, look_seconds=0.01)
AFTER = 60
"""Where webhooks begin: what comes after is enough."""


class Anywhere(Targets):
    """Every port of this machine: receivers take a free one."""

    def __init__(self) -> None:
        super().__init__("127.0.0.0/8")

    def check(self, target: object) -> None:
        """The list is what other tests are about."""


class Post:
    """A store, its webhooks, and dispatchers over them."""

    def __init__(self, office: Office, secret: Secret) -> None:
        self.office = office
        self.secret = secret
        self.facts = Facts(office.log)
        self.targets = Anywhere()
        self.book = WebhookBook(
            Webhooks(office.desk), self.facts, lambda: secret, clock=now, chance=token_bytes, targets=self.targets
        )
        self.outbound = Outbound(self.targets, seconds=0.3)

    def hook(self, receiver: Receiver, *types: str, after: int = AFTER) -> str:
        """A webhook to the receiver; its id."""
        made, secret = self.book.create(receiver.url, types, [], after, "admin")
        receiver.secrets.append(secret)
        return made.id

    @contextmanager
    def delivering(self, patience: Patience = QUICK) -> Iterator[None]:
        """With a dispatcher at work."""
        watch = HeadWatch(self.office.log, poll_seconds=0.02)
        watch.start()
        chance = random.Random(7).random
        dispatcher = Dispatcher(
            self.book,
            self.facts,
            watch,
            Leases(self.office.desk),
            self.outbound,
            clock=now,
            chance=chance,
            patience=patience,
        )
        dispatcher.start()
        try:
            yield
        finally:
            dispatcher.stop()
            watch.close()

    def until(self, hook: str, reached: Callable[[Hook], bool]) -> Hook:
        """Wait for a state of a webhook."""
        ends = time.monotonic() + 30
        while not reached(found := self.book.get(hook)):
            assert time.monotonic() < ends, found
            time.sleep(0.01)
        return found

    def all_done(self, hook: str) -> Hook:
        """Wait until the webhook is at the last fact."""
        return self.until(hook, lambda one: one.position == self.office.head())


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished year; copied by those who change anything."""
    folder = tmp_path_factory.mktemp("feed")
    with finished_year(folder):
        pass
    return folder


@pytest.fixture
def post(told: Path, tmp_path: Path) -> Iterator[Post]:
    """The year with a desk of the test's own."""
    (tmp_path / "county.db").write_bytes((told / "county.db").read_bytes())
    office = Office(f"sqlite:///{tmp_path / 'county.db'}")
    yield Post(office, Secret.random())
    office.close()


def ids(post: Post) -> list[str]:
    """The events a webhook gets."""
    return [f"{post.facts.store_id}-{position}" for position in range(AFTER + 1, post.office.head() + 1)]


def test_a_receiver_that_fails_half_the_time_gets_every_fact_exactly_once_by_id(
    post: Post, dice: random.Random
) -> None:
    def answer(number: int, event: object) -> int:
        if dice.random() < 0.5:
            return 200
        return dice.choices([500, 503, 429, CUT, HANG], [10, 5, 5, 10, 1])[0]

    with receiving(Receiver(answer)) as receiver:
        hook = post.hook(receiver)
        with post.delivering():
            post.all_done(hook)
    assert list(receiver.seen) == ids(post)  # each once, and in the order of the record
    assert sum(status != 200 for _, status in receiver.calls) > len(receiver.seen) / 2
    assert receiver.headers["content-type"] == "application/cloudevents+json"
    assert receiver.seen[f"{post.facts.store_id}-72"]["data"]["type"] == "project.accepted"


def test_an_acknowledgement_that_was_lost_repeats_the_same_message(post: Post, dice: random.Random) -> None:
    """The receiver has taken it in, its answer is cut off: the same id comes again, and counts once."""
    counted: list[str] = []

    def answer(number: int, event: dict[str, str]) -> int:
        counted.append(event["id"])
        return CUT if dice.random() < 0.5 else 200

    with receiving(Receiver(answer)) as receiver:
        hook = post.hook(receiver)
        with post.delivering():
            post.all_done(hook)
    assert list(dict.fromkeys(counted)) == ids(post)
    assert len(counted) > len(ids(post))


def test_only_wanted_facts_are_sent_and_new_ones_at_once(post: Post) -> None:
    with receiving(Receiver()) as receiver:
        hook = post.hook(receiver, "money.returned", "unit.struck_off")
        with post.delivering():
            post.all_done(hook)
    kinds = {event["type"] for event in receiver.seen.values()}
    assert kinds == {"cn.tongchou.money.returned", "cn.tongchou.unit.struck_off"}


def test_what_is_refused_for_good_becomes_a_dead_letter_and_the_rest_arrives(post: Post) -> None:
    ill = {70}

    def answer(number: int, event: dict[str, object]) -> int:
        return 422 if event["position"] in ill else 200

    with receiving(Receiver(answer)) as receiver:
        hook = post.hook(receiver)
        with post.delivering(replace(QUICK, attempts=3)):
            post.all_done(hook)
            (letter,) = post.book.dead_letters(hook, 0, 10)
            assert (letter.position, letter.attempts, letter.last_status) == (70, 3, 422)
            assert letter.last_error == "answered 422"
            assert len(receiver.seen) == len(ids(post)) - 1

            assert post.book.redeliver(hook, None) == 1  # in vain
            post.until(hook, lambda _: post.book.dead_letters(hook, 0, 10)[0].attempts == 4)
            ill.clear()
            assert post.book.redeliver(hook, [70, 71]) == 1
            post.until(hook, lambda _: not post.book.dead_letters(hook, 0, 10))
    assert sorted(receiver.seen) == sorted(ids(post))
    assert {message for message, status in receiver.calls if status == 422} == {f"{post.facts.store_id}-70"}


def test_a_receiver_that_is_gone_is_called_no_more_until_somebody_resumes_it(post: Post) -> None:
    gone = [True]
    with receiving(Receiver(lambda number, event: 410 if gone else 200)) as receiver:
        hook = post.hook(receiver)
        with post.delivering():
            found = post.until(hook, lambda one: one.paused)
            assert (found.position, found.last_error, len(receiver.calls)) == (AFTER, "answered 410", 1)
            gone.clear()
            post.book.change(hook, Changes(paused=False))
            post.all_done(hook)
    assert list(receiver.seen) == ids(post)


def test_one_that_hangs_holds_up_nobody_else(post: Post) -> None:
    with (
        receiving(Receiver(lambda number, event: HANG)) as hanging,
        receiving(Receiver()) as well,
    ):
        stuck, fine = post.hook(hanging), post.hook(well)
        with post.delivering():
            post.all_done(fine)
            found = post.until(stuck, lambda one: one.failures > 0)
            assert found.position == AFTER
            assert "within 0.3 seconds" in found.last_error


def test_while_a_secret_is_changed_both_sign(post: Post) -> None:
    with receiving(Receiver()) as receiver:
        hook = post.hook(receiver)
        post.book.rotate(hook)  # the receiver does not know the new one yet
        with post.delivering():
            post.all_done(hook)
    assert list(receiver.seen) == ids(post)
    assert len(receiver.headers["webhook-signature"].split(" ")) == 2


def test_secrets_lie_encrypted_and_another_servers_secret_is_told(post: Post) -> None:
    with receiving(Receiver()) as receiver:
        hook = post.hook(receiver)
        kept = post.book.get(hook)
        assert receiver.secrets[0].removeprefix("whsec_") not in kept.secret
        other = Post(post.office, Secret.random())
        with other.delivering():
            found = post.until(hook, lambda one: one.failures > 0)
        assert "encrypted" in found.last_error
        assert (found.position, receiver.calls) == (AFTER, [])
        receiver.secrets.append(other.book.rotate(hook))  # the cure
        with other.delivering():
            post.all_done(hook)
    assert list(receiver.seen) == ids(post)


DISPATCHER = """
import sys
from pathlib import Path
from service.access.secret import Secret
from service.office import Office
from tests.service.feed.test_delivery import Post
post = Post(Office(sys.argv[1]), Secret(bytes.fromhex(sys.argv[2])))
with post.delivering():
    sys.stdin.read()
"""


@pytest.mark.slow
def test_when_the_dispatcher_is_killed_another_process_goes_on_where_it_was(post: Post) -> None:
    content = bytes(range(32))
    post = Post(post.office, Secret(content))

    def answer(number: int, event: object) -> int:
        time.sleep(0.02)
        return 200

    with receiving(Receiver(answer)) as receiver:
        hook = post.hook(receiver)
        root = Path(__file__).parents[3]

        def dispatcher() -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [sys.executable, "-c", DISPATCHER, post.office.url, content.hex()],
                cwd=root,
                env={**os.environ, "PYTHONPATH": str(root)},
                stdin=subprocess.PIPE,
            )

        running = [dispatcher()]
        try:
            post.until(hook, lambda one: one.position >= 63)
            running.append(dispatcher())
            post.until(hook, lambda one: one.position >= 67)
            running[0].send_signal(signal.SIGKILL)
            running[0].wait()
            post.all_done(hook)
        finally:
            for one in running:
                one.kill()
                one.communicate()
    assert list(receiver.seen) == ids(post)
    repeated = len(receiver.calls) - len(ids(post))
    assert repeated < 5  # the one that was under way when it died, and any that a busy machine made late
