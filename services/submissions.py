"""One submit, one effect: whoever sends the same key again finds what came of the first."""

from __future__ import annotations

import hashlib

from pydantic import BaseModel
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import select

from models.core.words import _
from models.settings import Submission
from services.core.errors import Conflict, Invalid
from services.core.work import Work

SHORTEST, LONGEST = 16, 64


def claim(work: Work, kind: str, key: str, given: BaseModel) -> Submission:
    """Put a submit's row in first: a second one with the same key waits here and then finds the result.

    Raises Invalid for no proper key, and Conflict when the key was sent before with something else.
    """
    if not SHORTEST <= len(key) <= LONGEST:
        raise Invalid(_('This page is out of date. Please open it again.'))
    full = f'{kind}:{work.actor.customer_id}:{key}'[:120]
    digest = hashlib.sha256(given.model_dump_json().encode()).hexdigest()
    insert = postgresql.insert if work.session.get_bind().dialect.name == 'postgresql' else sqlite.insert
    work.session.execute(insert(Submission).values(key=full, request_hash=digest, result={}).on_conflict_do_nothing())
    found = work.session.exec(select(Submission).where(Submission.key == full)).one()
    if found.request_hash != digest:
        raise Conflict(_('This was already sent with other choices. Please look at it again.'))
    return found
