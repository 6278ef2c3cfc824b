"""Every text people read is there in every language, with the same placeholders."""

from __future__ import annotations

import re

import pytest

from tests.translations import TRANSLATED, known, missing, texts

PLACEHOLDER = re.compile(r'{(\w+)}')


@pytest.mark.parametrize('code', TRANSLATED)
def test_nothing_is_left_untranslated(code):
    assert list(missing(code)) == []


@pytest.mark.parametrize('code', TRANSLATED)
def test_placeholders_are_those_of_the_text(code):
    have, wrong = known(code), []
    for message in texts():
        found = have.get(message.id) if message.id else None
        if found is None:
            continue
        wanted = set(PLACEHOLDER.findall(message.id[-1] if isinstance(message.id, tuple) else message.id))
        for text in found.string if isinstance(found.string, tuple) else (found.string,):
            if set(PLACEHOLDER.findall(text)) - wanted or (not isinstance(message.id, tuple) and
                                                           set(PLACEHOLDER.findall(text)) != wanted):
                wrong.append((message.id, text))
    assert wrong == []


def test_texts_are_never_put_together_before_they_are_translated():
    assert [message.id for message in texts() if message.id and '%s' in str(message.id)] == []
