"""Where papers are made: a short one here, a long one or many of them in a process of its own with bounds."""

from services.press.making import make, pack
from services.press.pressing import PressService

__all__ = ['PressService', 'make', 'pack']
