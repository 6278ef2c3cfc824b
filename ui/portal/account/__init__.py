"""Account: one's own profile and sessions, and one's company, its addresses and people."""

from ui.portal.account.index import module

__all__ = ['module']
