"""All tables: importing this module imports every module of models, so that its metadata is complete."""

from __future__ import annotations

import importlib
import pkgutil

import sqlalchemy as sa
from sqlmodel import SQLModel

import models

_NO_TABLES = {'core', 'migrations', 'tables'}


def _load() -> sa.MetaData:
    for module in pkgutil.iter_modules(models.__path__):
        if module.name not in _NO_TABLES:
            importlib.import_module(f'models.{module.name}')
    return SQLModel.metadata


metadata = _load()
