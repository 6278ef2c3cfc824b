"""The form element: fields of an input model, errors where they belong, nothing lost and nothing sent twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from nicegui.element import Element
from pydantic import BaseModel, ValidationError

from models.core.words import LANGUAGES, _
from services.core.errors import DomainError, SignedOut
from ui.kernel.design import sprite
from ui.kernel.forms.faults import not_a_number, not_filled, sentences
from ui.kernel.forms.reading import drawn, fields_of, is_needed, nested, typed_from, value_from

if TYPE_CHECKING:
    from nicegui.events import GenericEventArguments

    from ui.kernel.view import View

COMPONENTS = Path(__file__).resolve().parents[1] / 'components'
M = TypeVar('M', bound=BaseModel)


class Form(Element, Generic[M], component=COMPONENTS / 'form_fields.js',
           esm={'portico-forms': str(COMPONENTS / 'form_parts'), 'portico-tables': str(COMPONENTS / 'table_parts')}):
    """A form over an input model, as one element.

    `save` is a service method, called as `save(input, **given)` in a unit of work, or any async callable of the input;
    then `on_saved(result)` is awaited and `said` is shown. `values` is a mapping, a model or a row with the names of
    the fields. `options` gives choices (value → label) of choice fields and the present text of search fields, `look`
    the service method or async callable that finds for a search field: words → list of (value, label) or
    (value, label, note). `cancel` is called by Cancel; without it the button takes back what was typed. `key` tells
    two forms of one view apart. `locked` shows the values only.
    """

    def __init__(self, view: View, model: type[M], *, save: Callable[..., Any], values: Any = None,  # noqa: PLR0913
                 given: Mapping[str, Any] | None = None, button: str = '', said: str = '',
                 on_saved: Callable[[Any], Awaitable[Any]] | None = None, cancel: Callable[[], Any] | None = None,
                 options: Mapping[str, Any] | None = None, look: Mapping[str, Callable[..., Any]] | None = None,
                 currency: str = 'EUR', languages: Sequence[str] = tuple(LANGUAGES), key: str = '',
                 locked: bool = False, danger: bool = False) -> None:
        super().__init__()
        self.view = view
        self.model = model
        self._save, self._given, self._said, self._on_saved = save, dict(given or {}), said, on_saved
        self._cancel, self._look = cancel, dict(look or {})
        self._key = f'form:{key or model.__name__}'
        self._fields = fields_of(model)
        self._start = self._typed(values)
        self._now = {**self._start, **self._kept()}
        self._saving = False
        self._props.update({
            'fields': [drawn(name, info, shown, options=options or {}, currency=currency, languages=languages)
                       for name, (info, shown) in self._fields.items()],
            'values': dict(self._now), 'errors': {}, 'fault': '', 'turn': 0, 'edition': 0, 'found': {},
            'button': button or _('Save'), 'cancel': True, 'danger': danger, 'locked': locked, 'sprite': sprite(),
            'name': f'f{self.id}', 'words': _words(),
        })
        if self._now != self._start:
            view.dirty = True
        self.on('typed', self._typing)
        self.on('submit', self._submit)
        self.on('cancel', self._cancelled)
        self.on('look', self._looking)

    def _typed(self, values: Any) -> dict[str, Any]:
        return {name: typed_from(_value(values, name, info), shown) for name, (info, shown) in self._fields.items()}

    def _kept(self) -> dict[str, Any]:
        kept = self.view.state.get(self._key)
        return {name: value for name, value in (kept or {}).items() if name in self._fields}

    def _typing(self, event: GenericEventArguments) -> None:
        name = event.args.get('name')
        if name not in self._fields:
            return
        self._now[name] = event.args.get('value')
        shown = self._fields[name][1]
        if shown.kind != 'secret':
            self.view.state[self._key] = {other: value for other, value in self._now.items()
                                          if value != self._start[other] and self._fields[other][1].kind != 'secret'}
            self.view.remember()
        self.view.dirty = self.is_dirty or self._others_dirty()

    @property
    def is_dirty(self) -> bool:
        """Whether something is typed that is not saved."""
        return self._now != self._start

    async def submit(self) -> bool:
        """Save what is typed now, for an act that needs it saved; False when something is wrong with it."""
        await self._keep(self._now)
        return not self._props['errors'] and not self._props['fault']

    async def _submit(self, event: GenericEventArguments) -> None:
        await self._keep({name: event.args.get(name, self._now[name]) for name in self._fields})

    async def _keep(self, typed: dict[str, Any]) -> None:
        if self._saving or self._props['locked']:
            return
        self._saving = True
        try:
            self._now = dict(typed)
            await self._try_to_save()
        except SignedOut:
            raise
        except DomainError as error:
            name = self._name_of(error.field)
            self._tell(errors={name: error.message} if name else {}, fault='' if name else error.message)
        finally:
            self._saving = False
            self._props['turn'] += 1
            if not self.is_deleted:
                self.update()

    async def _try_to_save(self) -> None:
        errors, values = self._read()
        if isinstance(values, ValidationError) or errors:
            loose = [text for name, text in errors.items() if name not in self._fields]
            self._tell(errors={n: text for n, text in errors.items() if n in self._fields}, fault=' '.join(loose))
            return
        self._tell(errors={}, fault='')
        if hasattr(self._save, 'service'):
            result = await self.view.do(self._save, values, **self._given)
        else:
            result = await self._save(values, **self._given)
        self._settled()
        if self._said:
            self.view.say(self._said)
        if self._on_saved is not None:
            await self._on_saved(result)

    def _read(self) -> tuple[dict[str, str], Any]:
        flat: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for name, (info, shown) in self._fields.items():
            try:
                flat[name] = value_from(self._now[name], info, shown)
                if is_needed(info) and flat[name] in ('', {}):
                    wrong[name] = not_filled()
            except ValueError:
                wrong[name] = not_a_number()
                flat[name] = self._now[name]
        try:
            return wrong, self.model.model_validate(nested(flat))
        except ValidationError as error:
            return sentences(error.errors(include_url=False)) | wrong, error

    def _name_of(self, field: str | None) -> str:
        if not field:
            return ''
        last = field.split('.')[-1]
        return field if field in self._fields else next((n for n in self._fields if n.split('.')[-1] == last), '')

    def _settled(self) -> None:
        self._start = dict(self._now)
        self.view.state.pop(self._key, None)
        self.view.dirty = self._others_dirty()
        self.view.remember()

    def _others_dirty(self) -> bool:
        return any(kept for key, kept in self.view.state.items() if key.startswith('form:') and key != self._key)

    def forget(self) -> None:
        """Take back what was typed and not saved."""
        self._now = dict(self._start)
        self._settled()

    async def _cancelled(self) -> None:
        self.forget()
        self._tell(values=dict(self._start), errors={}, fault='', edition=self._props['edition'] + 1)
        if self._cancel is not None:
            result = self._cancel()
            if isinstance(result, Awaitable):
                await result

    async def _looking(self, event: GenericEventArguments) -> None:
        name, words = event.args.get('name'), str(event.args.get('words') or '')[:200]
        look = self._look.get(name)
        if look is None:
            return
        hits = await (self.view.do(look, words) if hasattr(look, 'service') else look(words))
        found = [{'v': str(hit[0]), 'l': str(hit[1]), 'n': str(hit[2]) if len(hit) > 2 else ''} for hit in hits]
        self._tell(found={**self._props['found'], name: found})

    def _tell(self, **props: Any) -> None:
        self._props.update(props)
        self.update()


def _value(values: Any, name: str, info: Any) -> Any:
    place = values
    for part in name.split('.'):
        place = place.get(part) if isinstance(place, Mapping) else getattr(place, part, None)
        if place is None:
            return None if info.is_required() else info.get_default(call_default_factory=True)
    return place


def _words() -> dict[str, str]:
    return {'optional': _('optional'), 'choose': _('Please choose'), 'cancel': _('Cancel'), 'less': _('One step less'),
            'more': _('One step more'), 'show': _('Show what is typed'), 'found': _('What was found'),
            'nothing': _('Nothing found')}
