"""Countries, currencies and languages as people choose them, and VAT numbers as their countries write them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from babel import Locale
from stdnum.eu import vat as european
from stdnum.exceptions import ValidationError
from stdnum.util import get_cc_module

from models.core.words import LANGUAGES, _, current_language
from services.core.errors import Invalid
from services.pricing.taxes import EU

CURRENCIES = ('EUR', 'GBP', 'USD', 'CHF', 'DKK', 'NOK', 'SEK', 'PLN', 'CZK', 'HUF', 'RON', 'AED', 'SAR', 'CAD', 'AUD',
              'JPY', 'KWD')
LONGEST = 40
_NO_COUNTRIES = {'EU', 'EZ', 'UN', 'XA', 'XB', 'ZZ', 'QO'}


def countries() -> Mapping[str, str]:
    """Code → name of every country in the current language, in the order of the names."""
    return _countries(current_language())


def country_name(code: str) -> str:
    """A country's name in the current language; an unknown code as it is."""
    return countries().get(code, code)


def currencies() -> Mapping[str, str]:
    """Code → code and name of the currencies a customer may have."""
    names = Locale.parse(current_language()).currencies
    return {code: f'{code} {names.get(code, "")}'.strip() for code in CURRENCIES}


def languages() -> Mapping[str, str]:
    """Code → name of the languages people may read, each in itself."""
    return LANGUAGES


def checked_vat(given: str, country: str) -> str:
    """A VAT number as its country writes it; raises Invalid when its check digits are wrong.

    A number that begins with the code of an EU state is judged by that state's rules, any other by those of the
    customer's country; where no rules are known it is kept as typed.
    """
    number = ' '.join(given.split())[:LONGEST]
    if not number:
        return ''
    prefix = number[:2].upper().replace('EL', 'GR')
    try:
        if prefix in EU:
            return str(european.validate(number))
        if country in EU:
            return str(european.validate(('EL' if country == 'GR' else country) + number))
        rules = get_cc_module(country.lower(), 'vat') if country else None
        return number if rules is None else _as_typed(number, str(rules.validate(number)))
    except ValidationError:
        raise Invalid(_('This is not a valid VAT number.'), field='vat_id') from None


def _as_typed(number: str, found: str) -> str:
    """The number without blanks and dots, with the country's letters if they were typed."""
    plain = ''.join(c for c in number if c.isalnum()).upper()
    return plain if found in plain else found


@lru_cache(maxsize=16)
def _countries(code: str) -> Mapping[str, str]:
    names = Locale.parse(code).territories
    known = {key: str(name) for key, name in names.items()
             if len(key) == 2 and key.isalpha() and key not in _NO_COUNTRIES}
    return dict(sorted(known.items(), key=lambda pair: pair[1].casefold()))
