"""What sessions, accounts, API keys and refused attempts look like in the contract."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from service.access.accounts import Account
from service.access.keys import ApiKey
from service.access.noting import AccessEntry
from service.access.passwords import LENGTH_MAX
from service.access.principal import Role

Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")]
Townships = Annotated[
    list[Code] | None,
    Field(max_length=200, description="Only for these townships; null: for the whole county.", examples=[["t1"]]),
]
Roles = Annotated[list[Role], Field(min_length=1, max_length=6, examples=[["planner"]])]
Secret = Annotated[SecretStr, Field(max_length=LENGTH_MAX, examples=["four words in a row"])]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LoginIn(_In):
    """A login name and its password."""

    login: Annotated[str, Field(min_length=1, max_length=64, examples=["li-na"])]
    password: Secret


class RefreshIn(_In):
    """The refresh token of a session; it is good once."""

    refresh_token: Annotated[SecretStr, Field(max_length=200, examples=["tcr_0a1b2c_secret"])]


class SessionOut(BaseModel):
    """A session: a short access token, and a refresh token that is good once and gives the next pair."""

    access_token: Annotated[str, Field(description="To be sent as `Authorization: Bearer …`.")]
    token_type: Literal["Bearer"] = "Bearer"
    expires_at: Annotated[datetime, Field(description="End of the access token.")]
    refresh_token: Annotated[str, Field(description="Good once, until the session ends.")]
    session_ends_at: Annotated[datetime, Field(description="Then one logs in again.")]
    account: Annotated[str, Field(description="Whose session it is.", examples=["p-0123456789ab"])]
    must_change_password: Annotated[bool, Field(description="Nothing else is allowed before that.")]


class AccountOut(BaseModel):
    """An account: a person, what they may do, and where."""

    id: Annotated[str, Field(description="Pseudonymous; the same id stands in facts.", examples=["p-0123456789ab"])]
    login: Annotated[str, Field(examples=["li-na"])]
    person: Annotated[str | None, Field(description="The name; null once it was erased.", examples=["Li Na"])]
    post: Annotated[str, Field(examples=["finance-planner"])]
    roles: list[Role]
    townships: Townships
    disabled: bool
    has_password: bool
    must_change_password: bool
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, account: Account, person: str | None) -> AccountOut:
        """An account as it is shown."""
        return cls.model_validate(
            {
                **{name: getattr(account, name) for name in ("id", "login", "post", "disabled", "has_password")},
                "person": person,
                "roles": sorted(account.roles),
                "townships": None if account.townships is None else sorted(account.townships),
                "must_change_password": account.one_time_until is not None,
                "created_at": account.created_at,
                "changed_at": account.changed_at,
            }
        )


class AccountsOut(BaseModel):
    """Every account."""

    items: list[AccountOut]


class MeOut(BaseModel):
    """Whoever asks: what the token or key that was sent allows now."""

    account: Annotated[str, Field(examples=["p-0123456789ab"])]
    person: Annotated[str, Field(examples=["Li Na"])]
    post: Annotated[str, Field(examples=["finance-planner"])]
    roles: list[Role]
    townships: Townships
    via: Literal["token", "key", "cookie"]
    must_change_password: bool


class AccountIn(_In):
    """An account to be made. It has no password until one is given."""

    login: Annotated[str, Field(min_length=2, max_length=64, examples=["li-na"])]
    person: Annotated[str, Field(min_length=1, max_length=64, examples=["Li Na"])]
    post: Annotated[str, Field(min_length=1, max_length=64, examples=["finance-planner"])]
    roles: Roles
    townships: Townships = None


class AccountChange(_In):
    """What is to change; what is not stated stays."""

    roles: Roles | None = None
    townships: Annotated[list[Code] | None, Field(max_length=200, description="null: the whole county.")] = None
    post: Annotated[str | None, Field(min_length=1, max_length=64)] = None
    disabled: Annotated[bool | None, Field(description="Shut, with every session and key; or open again.")] = None


class PasswordIn(_In):
    """The password as it is, and as it is to be."""

    old: Secret
    new: Secret


class OneTimePasswordOut(BaseModel):
    """A password for one login, shown this once."""

    one_time_password: str
    expires_at: datetime


class ApiKeyIn(_In):
    """A key to be made for a program; roles and townships are all of the owner's unless fewer are stated."""

    label: Annotated[str, Field(min_length=1, max_length=100, examples=["statistics, nightly"])]
    days: Annotated[int, Field(ge=1, le=366, description="Good for so many days.", examples=[90])]
    roles: Roles | None = None
    townships: Townships = None


class ApiKeyOut(BaseModel):
    """A key, without its secret."""

    id: str
    begins: Annotated[str, Field(description="How the key begins, to recognise it by.", examples=["tck_0123abcd"])]
    owner: str
    label: str
    roles: list[Role]
    townships: Townships
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_on: date | None

    @classmethod
    def of(cls, key: ApiKey) -> ApiKeyOut:
        """A key as it is shown."""
        plain = ("id", "owner", "label", "created_at", "expires_at", "revoked_at", "last_used_on")
        return cls.model_validate(
            {
                **{name: getattr(key, name) for name in plain},
                "begins": f"tck_{key.id}",
                "roles": sorted(key.roles),
                "townships": None if key.townships is None else sorted(key.townships),
            }
        )


class NewApiKeyOut(ApiKeyOut):
    """A key as it was just made: the only time it is shown."""

    key: Annotated[str, Field(description="To be sent as `Authorization: Bearer …`; shown this once.")]


class ApiKeysOut(BaseModel):
    """Keys, oldest first."""

    items: list[ApiKeyOut]


class AccessEntryOut(BaseModel):
    """A refusal, or a change about who may come in."""

    id: str
    at: datetime
    what: Annotated[str, Field(description="The code of the refusal, or what was done.", examples=["login-refused"])]
    account: Annotated[str | None, Field(description="Who did or tried it, where that is known.")]
    address: Annotated[str, Field(examples=["10.0.0.7"])]
    method: Annotated[str, Field(examples=["POST"])]
    route: Annotated[str, Field(examples=["/v1/sessions"])]
    about: Annotated[str, Field(description="Whom or what it was about.")]
    request_id: Annotated[str, Field(description="The first request, as the server's log names it.")]
    times: Annotated[int, Field(ge=1, description="How often it came within a minute, at least.")]

    @classmethod
    def of(cls, entry: AccessEntry) -> AccessEntryOut:
        """An entry as it is shown."""
        plain = ("id", "at", "what", "account", "address", "method", "route", "about", "times")
        return cls.model_validate({**{name: getattr(entry, name) for name in plain}, "request_id": entry.request})


class AccessEntriesOut(BaseModel):
    """Entries, newest first."""

    items: list[AccessEntryOut]
    next: Annotated[str | None, Field(description="`before` of the next page; null on the last one.")] = None
