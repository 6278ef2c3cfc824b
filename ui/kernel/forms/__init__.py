"""Forms made from pydantic input models, and questions in dialogs."""

from ui.kernel.confirm import until_done
from ui.kernel.forms.dialogs import ask, confirm
from ui.kernel.forms.form import Form

__all__ = ['Form', 'ask', 'confirm', 'until_done']
