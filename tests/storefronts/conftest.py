from tests.people import opal, us

__all__ = ["opal", "us"]
