"""How the fields of an input model are shown: words and widget, as markers in `Annotated`, beside pydantic's rules.

    class AddressInput(BaseModel):
        street: Annotated[str, Text(_l('Street')), Field(max_length=200)]
        country: Annotated[str, Choice(_l('Country'), choices=countries)]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.core.words import Lazy

Words = Lazy | str


@dataclass(frozen=True)
class Shown:
    """What every field has: its label, a line of help, half width, and the heading of the part it begins."""

    label: Words
    help: Words = ''
    half: bool = False
    part: Words = ''
    placeholder: Words = ''
    autocomplete: str = 'off'

    kind = 'text'


@dataclass(frozen=True)
class Text(Shown):
    """One line of text; `input` is the type of the control: text, email, tel or url."""

    input: str = 'text'


@dataclass(frozen=True)
class LongText(Shown):
    """Several lines of text."""

    kind = 'long'


@dataclass(frozen=True)
class Money(Shown):
    """An amount; `currency` is shown beside it unless the form says another."""

    currency: str = ''

    kind = 'money'


@dataclass(frozen=True)
class Number(Shown):
    """A number with a unit, e.g. percent or days."""

    unit: Words = ''

    kind = 'number'


@dataclass(frozen=True)
class Qty(Shown):
    """A quantity with buttons for one step less and more."""

    step: int = 1

    kind = 'quantity'


@dataclass(frozen=True)
class Date(Shown):
    """A day."""

    kind = 'date'


@dataclass(frozen=True)
class Choice(Shown):
    """One of a few; `choices` gives value → label when the page is built, else the form is given them."""

    choices: Callable[[], Mapping[str, Words]] | None = None

    kind = 'choice'


@dataclass(frozen=True)
class SearchChoice(Shown):
    """One of many, found by typing; the form is given the service method that looks."""

    kind = 'search'


@dataclass(frozen=True)
class PerLanguage(Shown):
    """A text in each of the languages (dict of code → text); `long` for several lines."""

    long: bool = False

    kind = 'languages'


@dataclass(frozen=True)
class Flag(Shown):
    """Yes or no."""

    kind = 'flag'


@dataclass(frozen=True)
class Secret(Shown):
    """A password or key; never kept half-typed."""

    autocomplete: str = 'new-password'

    kind = 'secret'


@dataclass(frozen=True)
class Hidden(Shown):
    """Carried along, not shown."""

    label: Words = ''

    kind = 'hidden'
