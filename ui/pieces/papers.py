"""Taking many papers away at once, for the lists of invoices and credit notes."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from nicegui import ui

from models.core.words import _
from ui.kernel.acts import Act


def zip_act() -> Act:
    """The bulk act of a list whose key is an id or a number: the PDFs of the chosen rows as one archive."""
    return Act(_('Download PDFs as ZIP'), 'download', run=_take)


async def _take(keys: Sequence[str]) -> None:
    ui.download.from_url(f'/download/invoices.zip?ids={quote(",".join(keys), safe=",")}')
