"""What a spreadsheet would take for a formula (OWASP CSV injection); all writers of tables ask here."""

from __future__ import annotations

import re

_BEFORE = r'[\s\u0000-\u0020\u007f-\u00a0\u00ad\u061c\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]*'
_FORMULA = re.compile(_BEFORE + r'[=+\-@|＝＋－＠﹦﹢﹣﹫−]')


def is_formula(text: str) -> bool:
    """Whether a text begins as a formula does, also after blanks and marks nobody sees, or with a tab or a break."""
    return text.startswith(('\t', '\r', '\n')) or _FORMULA.match(text) is not None
