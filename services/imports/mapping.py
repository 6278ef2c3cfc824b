"""Which column means what: guessed from the headers in any of our languages, taught by people, remembered."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process
from sqlmodel import Session, select

from models.core.types import new_id
from models.core.words import LANGUAGES, _, language
from models.imports import ImportMapping
from services.core.errors import Invalid
from services.imports.declaring import Field, Kind

LIKE_ENOUGH = 88


def folded(header: str) -> str:
    """A header without case, accents, signs and blanks."""
    plain = unicodedata.normalize('NFKD', header.casefold())
    return ''.join(c for c in plain if c.isalnum())


def signature(headers: Sequence[str]) -> str:
    """What tells one layout of columns from another."""
    return hashlib.sha256('\n'.join(folded(header) for header in headers).encode()).hexdigest()


def guess(kind: Kind, headers: Sequence[str]) -> dict[str, str]:
    """Field → header: exact names and aliases first, then the most alike of what is left; each header once."""
    free = {folded(header): header for header in reversed(headers) if folded(header)}
    found: dict[str, str] = {}
    for names in (lambda one: [folded(one.name)], _names):
        for one in kind.fields:
            alias = next((name for name in names(one) if name in free), None)
            if alias is not None and one.name not in found:
                found[one.name] = free.pop(alias)
    alike = ((score, one.name, header) for one in kind.fields if one.name not in found
             for alias in _names(one) if len(alias) > 3
             for header, score, _place in process.extract(alias, list(free), scorer=fuzz.ratio, limit=2))
    for score, name, header in sorted(alike, reverse=True):
        if score >= LIKE_ENOUGH and name not in found and header in free:
            found[name] = free.pop(header)
    return found


def checked(kind: Kind, headers: Sequence[str], mapping: Mapping[str, str], *, whole: bool = True) -> dict[str, str]:
    """A mapping with its blanks removed; raises Invalid when it names a field or header that is not there, one header
    twice, or, as a `whole`, leaves out a required field."""
    kept = {name: header for name, header in mapping.items() if header}
    for name, header in kept.items():
        if kind.field(name) is None:
            raise Invalid(_('This import has no field {field}.').format(field=name), field='mapping')
        if header not in headers:
            raise Invalid(_('The file has no column {column}.').format(column=header), field=name)
    for header in kept.values():
        if list(kept.values()).count(header) > 1:
            raise Invalid(_('The column {column} can mean one thing only.').format(column=header), field='mapping')
    missing = [str(one.label) for one in kind.fields if one.required and one.name not in kept]
    if missing and whole:
        raise Invalid(_('Say which column holds: {fields}.').format(fields=', '.join(missing)), field='mapping')
    return kept


def remembered(session: Session, kind: Kind, headers: Sequence[str]) -> dict[str, str] | None:
    """What people said about a file with these headers, if they ever did."""
    row = _row(session, kind, headers)
    if row is None:
        return None
    now = {folded(header): header for header in headers}
    return {name: now[folded(header)] for name, header in row.mapping.items()
            if folded(header) in now and kind.field(name)}


def remember(session: Session, kind: Kind, headers: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Keep this for the next file with these headers."""
    row = _row(session, kind, headers)
    if row is None:
        row = ImportMapping(id=new_id(), kind=kind.name, headers=signature(headers))
    row.mapping = dict(mapping)
    session.add(row)


def _row(session: Session, kind: Kind, headers: Sequence[str]) -> ImportMapping | None:
    return session.exec(select(ImportMapping).where(ImportMapping.kind == kind.name,
                                                    ImportMapping.headers == signature(headers))).first()


def _names(one: Field) -> list[str]:
    names = [one.name]
    for code in LANGUAGES:
        with language(code):
            names.append(str(one.label))
    return [folded(name) for name in (*names, *one.aliases)]
