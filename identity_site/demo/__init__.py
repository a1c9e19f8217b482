"""Made-up companies, people and orders, loaded through the same services as real ones, that show every outcome."""

from identity_site.demo.loading import DemoInTheWayError, load_demo

__all__ = ["DemoInTheWayError", "load_demo"]
