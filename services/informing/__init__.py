"""Telling people of events by bell, mail and digest, as each of them wishes."""

from services.informing.telling import inform

__all__ = ['inform']
