"""Categories as files name them: by code, or by a path such as 'Tools / Hand tools'; missing parts are made."""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import Any

import sqlalchemy as sa

from models.catalogue import Category
from models.core.types import new_id
from services.core.work import Work
from services.imports.rows import insert
from services.search.words import folded


class Categories:
    """The tree as it stands, and what a chunk adds to it."""

    def __init__(self, work: Work, language: str) -> None:
        self._language = language
        rows = work.session.execute(sa.select(Category.id, Category.code, Category.path, Category.names)).all()  # type: ignore[call-overload]
        self._known: dict[str, tuple[uuid.UUID, str]] = {}
        for row in rows:
            for name in (*row.names.values(), row.code):
                self._known[_code(name)] = row.id, row.path
        self.fresh: dict[str, dict[str, Any]] = {}

    def wanted(self, named: str, row: Any) -> dict[str, Any]:
        """The category column of an item for what its file says; nothing when it says nothing."""
        parts = [part.strip() for part in re.split(r'[/>»|]', named) if part.strip()]
        if not parts:
            return {} if row else {'category_id': None}
        above: uuid.UUID | None = None
        path = ''
        for part in parts:
            above, path = self._known.get(_code(part)) or self._add(part, above, path)
        return {'category_id': above}

    def _add(self, name: str, above: uuid.UUID | None, path: str) -> tuple[uuid.UUID, str]:
        code = _code(name)
        row: dict[str, Any] = {
            'id': new_id(),
            'code': code,
            'parent_id': above,
            'path': f'{path}{code}/',
            'names': {self._language: name},
        }
        self.fresh[code] = row
        self._known[code] = made = (uuid.UUID(str(row['id'])), str(row['path']))
        return made

    def make(self, work: Work) -> None:
        """Write what was added, parents first."""
        insert(work.session, Category, list(self.fresh.values()))


def _code(name: str) -> str:
    """A code made of a name, as the office writes codes: small letters, digits and hyphens."""
    plain = re.sub('[^a-z0-9]+', '-', folded(name)).strip('-')
    return plain[:60] or 'c-' + hashlib.sha256(name.encode()).hexdigest()[:8]
