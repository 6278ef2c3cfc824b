"""Texts become the same words whoever typed them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.shelf.bits import bits_of, places_in
from services.search.words import compact, document, folded, words


@pytest.mark.parametrize(('text', 'expected'), [
    ('Größe 8 × 60', ['grosse', '8', '60']), ('M8x60', ['m8', '60']), ('ŁÓDŹ', ['lodz']), ('Œuvre', ['oeuvre']),
    ('cd-1804', ['cd', '1804']), ('2×M4', ['2', 'm4']), ('box', ['box']), ('', []), ('مفتاح', ['مفتاح']),
])
def test_folding(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert words(' '.join(words(text))) == words(text)
    assert folded(text) == folded(text)
    assert len(compact(text)) <= 40


def test_a_document_has_each_word_once_and_marks_languages() -> None:
    assert document(('CD-18', ''), ('Volt',), {'en': 'Drill drill', 'de': 'Bohrer'}) == 'cd 18 cd18 volt drill d_bohrer'


@given(st.sets(st.integers(min_value=0, max_value=5000)))
def test_sets_keep_their_places(places: set[int]) -> None:
    assert places_in(bits_of(places)) == sorted(places)
