"""The language of somebody who has not signed in: what his browser asks for."""

from __future__ import annotations

from models.core.words import LANGUAGES

LONGEST = 200


def preferred(accepted: str) -> str:
    """The language of ours an Accept-Language header likes best; English when it likes none."""
    wishes: list[tuple[float, str]] = []
    for part in accepted[:LONGEST].split(','):
        code, _, weight = part.strip().partition(';q=')
        try:
            wishes.append((float(weight or 1), code.strip().lower()[:2]))
        except ValueError:
            continue
    known = [(weight, code) for weight, code in wishes if code in LANGUAGES and weight > 0]
    return max(known, key=lambda wish: wish[0], default=(0.0, 'en'))[1]
