"""What the tests of carts and of the order pad share."""

from tests.services.orders.conftest import alter, place, promised, refused, traces  # noqa: F401
