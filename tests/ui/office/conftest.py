"""One served installation for the pages of the office."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ui.served import Place, place


@pytest.fixture(scope='module')
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The application with its cast."""
    with place(tmp_path_factory.mktemp('office') / 'data') as found:
        yield found
