"""One served installation for the pages of the portal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ui.served import Place, place


@pytest.fixture(scope='module')
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The application with its cast."""
    with place(tmp_path_factory.mktemp('portal') / 'data') as found:
        yield found
