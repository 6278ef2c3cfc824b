"""The list element and its conversation with the browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nicegui.element import Element

from models.core.words import Lazy, _
from services.core.errors import DomainError, Invalid, SignedOut
from services.core.listing import Kind, Listing, ListPage
from services.core.permissions import Permission
from services.views import ViewRow, ViewService
from ui.kernel import leading
from ui.kernel.acts import Act
from ui.kernel.design import sprite
from ui.kernel.tables.asking import clean, query_of
from ui.kernel.tables.rows import END, Presenter
from ui.kernel.tables.wording import counted, words

if TYPE_CHECKING:
    from nicegui.events import GenericEventArguments

    from ui.kernel.view import View

COMPONENTS = Path(__file__).resolve().parents[1] / 'components'


@dataclass(frozen=True)
class Empty:
    """What an empty list says, and the button to what to do next."""

    icon: str
    title: str | Lazy
    text: str | Lazy = ''
    button: str | Lazy = ''
    path: str = ''


class Table(Element, component=COMPONENTS / 'table_list.js', esm={'portico-tables': str(COMPONENTS / 'table_parts')}):
    """A list of `listing`, one element whatever its size; `load(query, **given)` is the service method.

    `actions` stand in the toolbar, `context` in each row's menu, `bulk` over selected rows. `row_path` is where a row
    leads ('/orders/{number}', placeholders are row names), `card` the columns of the phone's card (head first).
    `topic` re-reads when news come. `fixed` are filters the page sets, `preset` filters a person starts with and may
    lift. `compact` leaves out toolbar and pager, `exports` whether it can be taken away, `size` is the rows of a page
    at first (25, 50 or 100).
    """

    def __init__(self, view: View, listing: Listing, *, load: Callable[..., ListPage],  # noqa: PLR0913
                 actions: Sequence[Act] = (), context: Sequence[Act] = (), bulk: Sequence[Act] = (),
                 card: Sequence[str] = (), empty: Empty | None = None, row_path: str = '',
                 topic: str | Sequence[str] = (), fixed: Mapping[str, Any] | None = None,
                 preset: Mapping[str, Any] | None = None, given: Mapping[str, Any] | None = None,
                 compact: bool = False, size: int = 25, key: str = '', exports: bool = True) -> None:
        super().__init__()
        self.view = view
        self.listing = listing
        self._acts = {name: [act for act in acts if act.is_for(view.actor)]
                      for name, acts in (('tool', actions), ('context', context), ('bulk', bulk))}
        self._fixed = dict(fixed or {})
        self._key = f'list:{key or listing.name}'
        self._kept: dict[str, Any] = view.state.setdefault(self._key, {})
        self._asked = clean(listing, self._kept.get('asked') or {'filters': dict(preset or {})}, size=size)
        self._rows: dict[str, Mapping[str, Any]] = {}
        self._ticket = 0
        self._has_views = False
        presenter = Presenter(listing, row_path=row_path, context=self._acts['context'], href=view.href, card=card,
                              leads=leading.here())
        self._load = presenter.around(load, given or {})
        self._props.update(self._fixed_props(empty, card, compact))
        if not exports:
            self._props['download'] = ''
        self._tell(phase='loading')
        self._listen()
        for name in (topic,) if isinstance(topic, str) and topic else topic:
            view.on(name, self.refresh)
        view.start(self.refresh)

    def _fixed_props(self, empty: Empty | None, card: Sequence[str], compact: bool) -> dict[str, Any]:
        none = empty or Empty('inbox', _('Nothing here yet'))
        if not leading.leads(none.path):
            none = Empty(none.icon, none.title, none.text)
        return {
            'title': str(self.listing.title), 'words': {**words(), 'hint': str(self.listing.hint)},
            'card': list(card), 'compact': compact,
            'head': [_head(column) for column in self.listing.columns if column.filter != 'exact' or column.default],
            'tools': [act.props() for act in self._acts['tool']], 'bulk': [act.props() for act in self._acts['bulk']],
            'context': [act.props() for act in self._acts['context']], 'searchable': bool(self.listing.search),
            'share': self.view.actor.may(Permission.VIEWS_SHARE), 'views': [],
            'download': self.view.href(f'/download/list/{self.listing.name}'), 'scroll': self._kept.get('scroll', 0),
            'sprite': sprite(),
            'empty': {'icon': none.icon, 'title': str(none.title), 'text': str(none.text), 'button': str(none.button),
                      'path': none.path, 'href': self.view.href(none.path) if none.path else ''},
            'rows': [], 'total': 0, 'count': '', 'capped': False,
        }

    def _listen(self) -> None:
        self.on('ask', self._ask)
        self.on('open', lambda event: self.view.open(str(event.args)))
        self.on('tool', self._tool)
        self.on('context', self._context)
        self.on('bulk', self._bulk)
        self.on('view', self._saved_view)
        self.on('failed', lambda event: self.view.say(str(event.args)[:300]))
        self.on('scrolled', self._scrolled)

    async def refresh(self, *_news: Any) -> None:
        """Read the page again as it is asked for now; focus, selection and scroll stay."""
        self._ticket += 1
        ticket = self._ticket
        try:
            fresh = not self._has_views and not self._props['compact']
            page, rows, views = await self.view.do(self._load, query_of(self._asked, fixed=self._fixed),
                                                   with_views=fresh)
            if not page.rows and self._asked['page'] > 1 and page.total:
                self._asked['page'] = -(-page.total // self._asked['size'])
                return await self.refresh()
            if fresh:
                self._has_views = True
                self._props['views'] = self._as_shown(views)
        except SignedOut:
            raise
        except DomainError as error:
            if ticket == self._ticket:
                self._tell(phase='failed', fault=error.message)
            return None
        if ticket == self._ticket and not self.is_deleted:
            self._rows = {str(row[self.listing.key]): row for row in page.rows}
            self._tell(phase='ready', rows=rows, total=page.total, capped=page.capped,
                       count=counted(page, self._asked))
        return None

    async def narrow(self, fixed: Mapping[str, Any]) -> None:
        """Show other rows from the first page on, by other filters that the page sets."""
        self._fixed = dict(fixed)
        self._asked['page'] = 1
        await self.refresh()

    def _tell(self, **props: Any) -> None:
        self._props.update(props)
        self._props['ask'] = {**self._asked, 'fixed': self._fixed}
        self.update()

    async def _ask(self, event: GenericEventArguments) -> None:
        asked = event.args if isinstance(event.args, Mapping) else {}
        self._asked = clean(self.listing, asked, size=self._asked['size'])
        self._kept['asked'] = self._asked
        self.view.remember()
        await self.refresh()

    def _scrolled(self, event: GenericEventArguments) -> None:
        if isinstance(event.args, int):
            self._kept['scroll'] = event.args
            self.view.remember()

    async def _tool(self, event: GenericEventArguments) -> None:
        await self._carry_out(self._act('tool', event.args), {})

    async def _context(self, event: GenericEventArguments) -> None:
        row = self._rows.get(str(event.args.get('key')))
        act = self._act('context', event.args.get('index'))
        if row is not None and (act.when is None or act.when(row) is True):
            await self._carry_out(act, row, row)

    async def _bulk(self, event: GenericEventArguments) -> None:
        keys = [str(key) for key in event.args.get('keys', [])][:1000]
        await self._carry_out(self._act('bulk', event.args.get('index')), {'count': len(keys)}, keys)

    def _act(self, kind: str, index: Any) -> Act:
        acts = self._acts[kind]
        if not isinstance(index, int) or not 0 <= index < len(acts):
            raise Invalid(_('This can no longer be done. Please look again.'))
        return acts[index]

    async def _carry_out(self, act: Act, row: Mapping[str, Any], *args: Any) -> None:
        if act.confirm:
            from ui.kernel.forms import confirm
            if not await confirm(self.view, str(act.confirm).format_map(row), str(act.label), danger=act.danger):
                return
        if act.path:
            from ui.kernel.tables.rows import fill
            self.view.open(fill(act.path, row))
        elif act.run is not None:
            await act.run(*args)

    async def _views(self) -> list[dict[str, Any]]:
        return self._as_shown(await self.view.do(ViewService.list, self.listing.name))

    def _as_shown(self, kept: Sequence[ViewRow]) -> list[dict[str, Any]]:
        return [{'id': str(row.id), 'name': row.name, 'shared': row.shared, 'own': row.own, 'by': row.by,
                 'query': clean(self.listing, row.query, size=self._asked['size'])} for row in kept]

    async def _saved_view(self, event: GenericEventArguments) -> None:
        asked = event.args
        match asked.get('act'):
            case 'save':
                query = {name: self._asked[name] for name in ('search', 'filters', 'sort', 'columns')}
                await self.view.do(ViewService.save, self.listing.name, str(asked.get('name')), query=query,
                                   shared=asked.get('shared') is True)
                self.view.say(_('View {name} saved').format(name=asked.get('name')))
            case 'delete':
                await self.view.do(ViewService.delete, str(asked.get('id')))
            case 'share':
                await self.view.do(ViewService.share, str(asked.get('id')), shared=asked.get('shared') is True)
        self._tell(views=await self._views())


def _head(column: Any) -> dict[str, Any]:
    choices = column.choices() if column.choices and column.filter == 'choice' else {}
    if column.kind is Kind.FLAG and column.filter == 'choice' and not choices:
        choices = {'true': _('Yes'), 'false': _('No')}
    return {'name': column.name, 'label': str(column.label), 'kind': column.kind.value, 'sort': column.sortable,
            'filter': column.filter, 'end': column.kind in END, 'def': column.default,
            'choices': [{'v': str(value), 'l': str(label)} for value, label in choices.items()]}
