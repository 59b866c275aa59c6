"""The finished year of the small county with its proof: a key, a witness, a rotation, checkpoints along the year."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.decisions.keys import IntroduceSigningKey, RecogniseWitness, RotateSigningKey
from domain.facts.proof import rotation_statement
from history.checkpoint import TreeHead, origin_of
from history.merkle import root_of
from history.note import Note, PublicKey, SigningKey
from history.port import Checkpoint
from service.county import Actor, County, open_county
from tests.service.small import store_in
from tests.year import Year, YearClock

AUDITOR = Actor("sun", "auditor")
OFFICE = SigningKey("audit-office.example", bytes(range(100, 132)))


class SealedYear(Year):
    """The year, sealed after every part of it, co-signed twice, its key rotated in autumn."""

    def __init__(self, county: County, clock: YearClock, folder: Path) -> None:
        super().__init__(county, clock, folder)
        self.key = SigningKey(origin_of(county.log.recorder.store_id), bytes(range(32)))
        self.first_key = self.key.public

    def tell(self) -> None:
        """The year with its key first."""
        self.introduce_key()
        self.county.decide(
            RecogniseWitness(
                mandate=self.by(AUDITOR),
                witness=OFFICE.name,
                public_key=OFFICE.public.public.hex(),
                witness_post="provincial audit office",
            )
        )
        super().tell()

    def introduce_key(self) -> None:
        """Put the log's first key on the record."""
        public = self.key.public.public.hex()
        decision = IntroduceSigningKey(mandate=self.by(AUDITOR), key_name=self.key.name, public_key=public)
        self.county.decide(decision)

    def plan(self) -> None:
        super().plan()
        self.seal(cosigned=True)

    def _spend(self) -> None:
        super()._spend()
        self.seal()
        self.rotate(SigningKey(self.key.name, bytes(range(50, 82))))

    def _correct(self) -> None:
        super()._correct()
        self.seal(cosigned=True)

    def seal(self, *, cosigned: bool = False) -> Note:
        """A checkpoint of all there is, kept in the store; as a witness hands it back, where it is co-signed."""
        recorder = self.county.log.recorder
        size = recorder.head()
        says = TreeHead(recorder.store_id, size, root_of(recorder.leaves()), self.clock())
        note = says.signed(self.key)
        recorder.keep_checkpoint(Checkpoint(size, str(note)))
        if cosigned:
            note = note.cosigned(OFFICE, int(self.clock().timestamp()))
            recorder.keep_checkpoint(Checkpoint(size, str(note)))
        return note

    def rotate(self, new: SigningKey) -> None:
        """Another key takes over, each having signed for the other."""
        statement = rotation_statement(self.key.name, self.key.public.public.hex(), new.public.public.hex())
        self.county.decide(
            RotateSigningKey(
                mandate=self.by(AUDITOR),
                key_name=new.name,
                public_key=new.public.public.hex(),
                signed_by_previous=self.key.sign(statement),
                signed_by_new=new.sign(statement),
                has_signed=lambda key, message, signature: PublicKey(new.name, key).has_signed(message, signature),
            )
        )
        self.key = new


@contextmanager
def sealed_year(folder: Path) -> Iterator[SealedYear]:
    """An open store in a folder with the whole sealed year on its record."""
    clock = YearClock()
    with open_county(store_in(folder), clock=clock) as county:
        year = SealedYear(county, clock, folder)
        year.tell()
        yield year
