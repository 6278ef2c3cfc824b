"""Questions in dialogs: a few fields, or yes and no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from models.core.words import _
from ui.kernel import confirm as questions
from ui.kernel import design
from ui.kernel.confirm import Dialog
from ui.kernel.forms.form import Form

if TYPE_CHECKING:
    from ui.kernel.view import View

M = TypeVar('M', bound=BaseModel)


async def ask(view: View, model: type[M], title: str, button: str, *, text: str = '', save: Any = None,
              **more: Any) -> Any:
    """Ask for an input in a dialog: returns it, or None when the person thought better of it.

    With `save` (a service method or async callable of the input) it stays open until that succeeds, errors at the
    fields, and returns what `save` returned (the input, if that was None). `more` goes to the Form: values, options,
    look, given, currency, danger.
    """
    answer: list[Any] = []

    async def keep(values: M, **given: Any) -> M:
        result = None
        if save is not None:
            result = await (view.do(save, values, **given) if hasattr(save, 'service') else save(values, **given))
        return values if result is None else result

    async def close(result: Any) -> None:
        answer.append(result)
        dialog.submit(True)

    with Dialog(title) as dialog, design.box('p-card'):
        with design.box('p-card-head'):
            design.words(title, tag='h2')
        with design.box('p-card-body p-stack'):
            if text:
                design.words(text, tag='p', classes='p-soft')
            form = Form(view, model, save=keep, button=button, on_saved=close,
                        cancel=lambda: dialog.submit(False), key=f'ask:{model.__name__}', **more)
    await dialog.answer()
    if not answer:
        form.forget()
    return answer[0] if answer else None


async def confirm(view: View, question: str, button: str, *, text: str = '', danger: bool = False) -> bool:
    """Ask before something is lost; True when the person chose `button`."""
    return await questions.ask(question, text or _('This is done at once.'), yes=button, danger=danger)
