"""Cells to rows of the pad: which column is the code, which the quantity, and whether the first row is a header."""

from __future__ import annotations

from collections.abc import Iterable

from services.pad.matching import folded
from services.pad.rows import PadInput
from services.sheets import Row, number_of, unharmed

CODES = {'SKU', 'ITEM', 'ITEMNO', 'ITEMNUMBER', 'ARTICLE', 'ARTICLENO', 'ARTIKEL', 'ARTIKELNR', 'ARTIKELNUMMER', 'CODE',
         'EAN', 'GTIN', 'PARTNUMBER', 'PARTNO', 'PRODUCT', 'REF', 'REFERENCE', 'RÉFÉRENCE', 'REFERENCIA', 'CÓDIGO',
         'STOCKCODE', 'ARTIKELCODE', 'INDEKS', 'KOD', 'PRODUKT', 'الرمز', 'رقم الصنف'.replace(' ', '')}
QUANTITIES = {'QTY', 'QUANTITY', 'MENGE', 'ANZAHL', 'QUANTITÉ', 'QTÉ', 'CANTIDAD', 'CANT', 'AANTAL', 'ILOŚĆ', 'SZT',
              'PCS', 'STÜCK', 'الكمية'}
LONGEST = 300


def header_of(cells: list[str]) -> tuple[int, int | None] | None:
    """The columns of code and quantity when this row is a header, else None."""
    names = [folded(cell).replace('.', '').replace(':', '').replace('_', '').replace('-', '') for cell in cells]
    code = next((place for place, name in enumerate(names) if name in CODES), None)
    quantity = next((place for place, name in enumerate(names) if name in QUANTITIES), None)
    if code is None and quantity is None:
        return None
    return code if code is not None else (1 if quantity == 0 else 0), quantity


def raw_rows(rows: Iterable[Row]) -> list[PadInput]:
    """Rows of cells as rows of the pad, with their numbers in the source."""
    out: list[PadInput] = []
    columns: tuple[int, int | None] | None = None
    for place, (number, cells) in enumerate(rows):
        if place == 0 and (columns := header_of(cells)):
            continue
        code, quantity = _cells(cells, columns)
        if code or quantity:
            out.append(PadInput(code=unharmed(code)[:LONGEST], quantity=quantity[:40], source_row=number))
    return out


def _cells(cells: list[str], columns: tuple[int, int | None] | None) -> tuple[str, str]:
    if columns is not None:
        code = cells[columns[0]] if columns[0] < len(cells) else ''
        place = columns[1]
        return code.strip(), cells[place].strip() if place is not None and place < len(cells) else ''
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < 2:
        return (filled or [''])[0], ''
    if len(filled) == 2 and number_of(filled[0]) is not None and number_of(filled[1]) is None:
        return filled[1], filled[0]
    rest = next((cell for cell in filled[1:] if number_of(cell) is not None), '')
    return filled[0], rest or next((cell for cell in filled[1:] if _meant_as_number(cell)), '')


def _meant_as_number(cell: str) -> bool:
    """Whether a cell that is no number was probably meant as one, such as '1O' or 'x', and must not be passed over."""
    return len(cell) <= 2 or (len(cell) <= 8 and cell[0].isdigit())

