"""Finds what registers itself at import: every service there is."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any

import services
from services.core.service import SERVICES


@cache
def every_service_module() -> tuple[str, ...]:
    """Import all modules below services and return their names."""
    names = tuple(module.name for module in pkgutil.walk_packages(services.__path__, 'services.'))
    for name in names:
        importlib.import_module(name)
    return names


def every_act() -> list[Callable[..., Any]]:
    """Every public method of every service, in order of name."""
    every_service_module()
    return sorted((act for service in SERVICES if service.__module__.startswith('services.')
                   for act in service.acts.values()), key=lambda act: act.__qualname__)
