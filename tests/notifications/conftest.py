"""Jobs done by hand, as the tests of the worker do them."""

from tests.worker.conftest import nothing_due, office

__all__ = ["nothing_due", "office"]
