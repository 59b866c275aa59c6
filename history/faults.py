"""What can be wrong with a store or with a fact, as sentences: what was found, where, and what to do next.

Each is a `Refusal`: nothing was recorded, the log is exactly as before. `where` is the store as its owner wrote it
down: a file's path, or “the store in memory”.
"""

from __future__ import annotations

from domain.errors import Refusal


class StoreFault(Refusal):
    """The store cannot be opened, read or written; the subclasses say why, this one has only the database's words."""

    code = "store-unavailable"
    sentence_en = "The store {where} could not be used: {reason}."
    cure_en = "Check the path, the disk and the rights of this user, then run the command again."


class StoreUrlNotUnderstood(StoreFault):
    """The address of the store names no kind of store this release has."""

    code = "store-url-not-understood"
    sentence_en = "{found} is not the address of a store: {reason}."
    cure_en = (
        "Write sqlite:///FILE for a file in or below the working directory, sqlite:////FOLDER/FILE for one anywhere, "
        "sqlite:// for a store in memory that is gone when the program ends, or "
        "postgresql://USER@HOST:PORT/DATABASE?schema=NAME for one on a server."
    )


class StoreFolderMissing(StoreFault):
    """The folder the store should lie in does not exist; it is not made, because the path may be misspelt."""

    code = "store-folder-missing"
    sentence_en = "The store {where} cannot be made: the folder {folder} does not exist."
    cure_en = "Make the folder, or correct the path."


class StoreNotADatabase(StoreFault):
    """The file is something else: a spreadsheet, a text, an encrypted database, a folder."""

    code = "store-not-a-database"
    sentence_en = "{where} is not a store: {reason}. It was left as it is."
    cure_en = "Name another file, or a new one that does not exist yet."


class StoreForeign(StoreFault):
    """The file is a database of another program; it is never written into."""

    code = "store-foreign"
    sentence_en = "{where} is a database of another program ({found}). It was left as it is."
    cure_en = "Name another file or schema, or a new one that does not exist yet."


class StoreTooNew(StoreFault):
    """A newer release wrote the store; an older one must not guess what it means."""

    code = "store-too-new"
    sentence_en = "The store {where} has format {found}, and this release understands formats up to {known}."
    cure_en = "Use the release that wrote it, or a newer one."


class StoreTooOld(StoreFault):
    """An older release wrote the store, in a format without salts and leaves: it is brought up to date once."""

    code = "store-too-old"
    sentence_en = "The store {where} has format {found} of an older release; this one works with format {known}."
    cure_en = "Run `tongchou store upgrade`: it makes the store anew beside the old one, which it keeps."


class StoreLocked(StoreFault):
    """Another program kept the store for itself longer than we were told to wait."""

    code = "store-locked"
    sentence_en = "The store {where} has been locked by another program for {waited} s; nothing was recorded."
    cure_en = "Close the other program (or wait for its import to end), then run the command again."


class StoreReadOnly(StoreFault):
    """This user may read the store, or not even that, but not write it or beside it."""

    code = "store-read-only"
    sentence_en = "The store {where} cannot be written: this user may not write {what}."
    cure_en = "Give this user the right to write the file and its folder, or name a store elsewhere."


class StoreFull(StoreFault):
    """The disk, a quota or a size limit left no room; what was being recorded is not recorded, not even in part."""

    code = "store-full"
    sentence_en = "The store {where} could not be written: the disk, the quota or the size limit is full."
    cure_en = "Free some space, then run the command again; what was recorded before is safe."


class StoreDamaged(StoreFault):
    """The bytes of the store contradict each other: cut short, overwritten, or altered by hand."""

    code = "store-damaged"
    sentence_en = "The store {where} is damaged: {reason}."
    cure_en = "Move the file away, keep it for examination, and put the last backup back with `tongchou store restore`."


class StoreOfAnotherRecord(StoreFault):
    """Two stores that should hold the same record were begun apart: each store has an id from its first day."""

    code = "store-of-another-record"
    sentence_en = "The store {where} holds another record (id {found}) than that of {other}; nothing was copied."
    cure_en = "Name a store that does not exist yet, or the one this copy was made of."


class StoreNotABeginning(StoreFault):
    """What lies where a backup should be put back is not a beginning of it."""

    code = "store-not-a-beginning"
    sentence_en = "The store {where} is not a beginning of {backup}: {reason}; it was left as it is."
    cure_en = "Move it away (nothing in it is thrown away), or restore to another place with --store."


class StoreNotEmpty(StoreFault):
    """A record is moved only to where none is."""

    code = "store-not-empty"
    sentence_en = "The store {where} holds {count} facts already; nothing was copied into it."
    cure_en = "Name a store that does not exist yet."


class StoreInTheWay(StoreFault):
    """Where a new file is to be written lies one that might be the only copy of something."""

    code = "store-in-the-way"
    sentence_en = "{where} exists already; it was left as it is."
    cure_en = "Name a file that does not exist yet, or move that one away."


class FactFault(Refusal):
    """A fact is not what its class says, so that it could not be read back; nothing was stored.

    `type` is the fact's stored name, `field` the path to the value that is wrong.
    """

    code = "fact-not-storable"
    sentence_en = "The fact {type} cannot be recorded: {field}: {problem}."
    cure_en = "This is a fault of the program, not of the record; report it with this sentence."


class FactUnreadable(FactFault):
    """Stored bytes are not the fact their name says."""

    code = "fact-unreadable"
    sentence_en = "A recorded fact {type} cannot be read: {field}: {problem}."
    cure_en = "Check the store for damage; if a newer release wrote it, use that one."


class FactUnknown(FactFault):
    """The name of a stored or new fact is in no registry of this release."""

    code = "fact-unknown"
    sentence_en = "This release knows no fact called {type}."
    cure_en = "Use the release that wrote the store, or a newer one."


class FactTooNew(FactFault):
    """A stored fact has a version this release has not heard of."""

    code = "fact-too-new"
    sentence_en = "A recorded fact {type} has version {found}, and this release understands versions up to {known}."
    cure_en = "Use the release that wrote the store, or a newer one."


class StoreUnreachable(StoreFault):
    """No server answers at the address, or it went away and did not come back while we waited."""

    code = "store-unreachable"
    sentence_en = "The server of the store {where} cannot be reached: {reason}."
    cure_en = "Check that it runs, and host and port in the address; nothing was recorded."


class StoreLoginRefused(StoreFault):
    """The server does not let this user in: the password is wrong or missing, or its rules know no such user."""

    code = "store-login-refused"
    sentence_en = "The server of the store {where} does not let this user in: {reason}."
    cure_en = "Check the user in the address and the password in it, in PGPASSWORD or in ~/.pgpass."


class StoreDatabaseMissing(StoreFault):
    """The server has no such database; none is made, because the name may be misspelt."""

    code = "store-database-missing"
    sentence_en = "The store {where} cannot be used: its server has no such database."
    cure_en = "Make it with `createdb`, or correct the address."


class StoreNotPermitted(StoreFault):
    """This user of the database may not do that to the store's tables."""

    code = "store-not-permitted"
    sentence_en = "This user may not do that in the store {where}: {reason}."
    cure_en = "Let the owner of the store grant the right (docs/decisions/0013-postgresql.md), or use another user."


class StoreOnReplica(StoreFault):
    """The server answers questions only: it is a replica, or was set to read only."""

    code = "store-on-replica"
    sentence_en = "The store {where} lies on a server that can only be read, a replica perhaps; nothing was recorded."
    cure_en = "Name the primary server in the address to record, or ask only."


class StoreConnectionLost(StoreFault):
    """The connection broke while an append was under way: whether it was kept is known to the server alone."""

    code = "store-connection-lost"
    sentence_en = "The connection to the store {where} was lost while a fact was being recorded: {reason}."
    cure_en = (
        "Nobody knows whether it was recorded: give the same command with the same key again, and it is recorded "
        "once and only once."
    )
