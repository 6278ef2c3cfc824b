"""What customers find in their portal."""

from __future__ import annotations

from ui.kernel.view import View
from ui.pieces.switches import Switchboard


async def build(view: View) -> None:
    """The switches of its modules for all customers."""
    await Switchboard(view).build()
