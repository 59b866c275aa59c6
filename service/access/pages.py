"""Sessions of pages: what a browser's cookie holds, and the proof that a form came from a page of that session.

The cookie is sealed (`service/access/secret.py`), so nobody can make one or read who it stands for. It names a session
and is not renewed by requests: a page and the scripts of five tabs may send it at once. It ends as every session does
(`service/access/sessions.py`), which is looked up on the desk and remembered for a few seconds.
"""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256

from service.access.access import Access
from service.access.principal import Principal
from service.access.recognising import standing_in_session
from service.access.roles import Grant
from service.access.secret import BoxDamaged, Secret
from service.access.sessions import LoggedIn

COOKIES, FORMS = "sessions of pages", "forms of pages"
COOKIE_LENGTH_MAX = 1024


class PageSessions:
    """Makes and reads the cookies of one store's pages."""

    def __init__(self, access: Access, secret: Secret, store_id: str) -> None:
        self._access, self._secret, self._store_id = access, secret, store_id

    def cookie(self, session: LoggedIn) -> str:
        """What a browser keeps of a session that has just begun."""
        content = json.dumps([session.account.id, session.family, int(session.session_ends_at.timestamp())])
        return self._secret.seal(COOKIES, content.encode(), self._store_id)

    def recognised(self, cookie: str, *, may_look: bool = True) -> Principal | None:
        """Whom a cookie stands for; None for one that is not valid (any more).

        Without `may_look` only whoever came this way a moment ago is recognised, without the desk.
        """
        if not 0 < len(cookie) <= COOKIE_LENGTH_MAX:
            return None
        try:
            account_id, family, ends_at = json.loads(self._secret.unseal(COOKIES, cookie, self._store_id))
        except BoxDamaged:
            return None
        at = self._access.clock()
        if at >= datetime.fromtimestamp(ends_at, UTC):
            return None
        standing = standing_in_session(self._access, account_id, family, at, may_look=may_look)
        if standing is None:
            return None
        account = standing.account
        grant = Grant.kept(account.roles, account.townships)
        one_time = account.one_time_until is not None
        return Principal(
            account.id, standing.name, account.post, grant.roles, grant.townships, "cookie", family, one_time
        )

    def form_token(self, principal: Principal) -> str:
        """What every form of this session carries: another site cannot know it, nor another session."""
        return hmac.new(self._secret.key(FORMS), principal.way.encode(), sha256).hexdigest()

    def is_own_form(self, principal: Principal, token: str) -> bool:
        """Whether a form carries what it would if a page of this session had made it."""
        return hmac.compare_digest(self.form_token(principal).encode(), token.encode())
