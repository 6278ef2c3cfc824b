"""What search fields of the office look in, and what its choices offer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from services.catalogue.categories import CategoryService
from services.core.listing import ListQuery
from services.customers import CustomerService
from services.stock.service import StockService

if TYPE_CHECKING:
    from ui.kernel.view import View

Look = Callable[[str], Awaitable[list[tuple[str, str, str]]]]


def customers(view: View) -> Look:
    """Finds customers by name, account number or e-mail, for a field that holds the account number."""
    async def look(words: str) -> list[tuple[str, str, str]]:
        page = await view.do(CustomerService.list, ListQuery(search=words, size=10))
        return [(str(row['account']), str(row['name']), str(row['account'])) for row in page.rows]
    return look


async def category_options(view: View) -> dict[str, str]:
    """All categories by code, named with those above them."""
    tree = await view.do(CategoryService.tree)
    names = {row.code: row.name for row in tree}
    return {row.code: ' / '.join(names.get(code, code) for code in row.path.strip('/').split('/')) for row in tree}


async def warehouse_options(view: View) -> dict[str, str]:
    """The active warehouses by code."""
    return {code: f'{code} · {name}' for code, name in await view.do(StockService.warehouses)}
