"""People: one's own profile, and the members of a company or of the staff."""

from services.users.members import MemberService, Person
from services.users.profile import ProfileInput, UserService, change_picture

__all__ = ['MemberService', 'Person', 'ProfileInput', 'UserService', 'change_picture']
