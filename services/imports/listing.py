"""The history of imports as a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.core.words import Lazy, _l
from models.imports import ImportRun, ImportState
from models.users import User
from services.core.listing import Column, Kind, Listing
from services.core.permissions import Permission
from services.imports.kinds import KINDS

S = ImportState
STATES: Mapping[str, Lazy] = {
    S.NEW: _l('Not begun'), S.REHEARSING: _l('Rehearsing'), S.REHEARSED: _l('Rehearsed'), S.RUNNING: _l('Running'),
    S.DONE: _l('Done'), S.FAILED: _l('Stopped')}
TONES = {S.REHEARSING.value: 'info', S.REHEARSED.value: 'info', S.RUNNING.value: 'info', S.DONE.value: 'ok',
         S.FAILED.value: 'bad', S.NEW.value: 'mute'}


def _of(*names: str) -> Any:
    parts = [sa.func.coalesce(col(ImportRun.counts)[name].as_integer(), 0) for name in names]
    return sum(parts[1:], parts[0])


def _runs() -> Any:
    return sa.select(col(ImportRun.id)).join(User, col(ImportRun.by_id) == User.id, isouter=True)


RUNS = Listing(
    name='imports',
    title=_l('Imports'),
    needs=Permission.IMPORTS_RUN,
    key='id',
    order='-started_at',
    columns=(
        Column('file_name', _l('File'), ImportRun.file_name, link='/office/import/{id}'),
        Column(
            'kind',
            _l('Kind'),
            ImportRun.kind,
            Kind.STATUS,
            filter='choice',
            choices=lambda: {kind.name: kind.label for kind in KINDS.values()},
        ),
        Column(
            'state', _l('State'), ImportRun.state, Kind.STATUS, filter='choice', choices=lambda: STATES, tones=TONES
        ),
        Column('rows', _l('Rows'), ImportRun.rows, Kind.NUMBER),
        Column('imported', _l('Imported'), _of('new', 'changed'), Kind.NUMBER, sortable=False),
        Column('skipped', _l('Skipped'), _of('unchanged', 'skipped'), Kind.NUMBER, sortable=False),
        Column('wrong', _l('Wrong'), _of('wrong'), Kind.NUMBER, sortable=False),
        Column('by', _l('By'), sa.func.coalesce(col(User.name), ''), filter='text'),
        Column('started_at', _l('Begun'), ImportRun.started_at, Kind.MOMENT, filter='range'),
    ),
    extra={'id': ImportRun.id},
    search=(ImportRun.file_name,),
    source=lambda work: _runs())
