"""The demo's outlet waits for the ERP; reading the ERP's customers in full lets its orders go on, by themselves."""

import pytest

from identity_site.demo.loading import FILES
from tests.chaos.conftest import Running
from tests.identity_site.conftest import wait_until

pytestmark = pytest.mark.slow


def outcomes(running: Running) -> list[tuple[str, int]]:
    return running.rows(
        """
        SELECT outcome, count(*) FROM orders_order JOIN storefronts_storefront shop ON shop.id = storefront_id
         WHERE shop.code = 'outlet' GROUP BY 1 ORDER BY 1
        """
    )


def test_a_complete_import_decides_what_waited(running: Running) -> None:
    assert outcomes(running) == [
        ("account", 4), ("awaiting_erp", 3), ("created", 1), ("customer", 1), ("erp_customer", 2),
    ]  # fmt: skip
    read = running.manage(
        "import_erp_customers", str(FILES / "erp_customers.json"), "--format", "counterpoint",
        "--erp-system", "counterpoint-main", "--complete",
    )  # fmt: skip
    told, error = read.communicate(timeout=120)
    assert (read.returncode, error) == (0, ""), told

    wait_until(lambda: "awaiting_erp" not in dict(outcomes(running)), seconds=40)

    assert outcomes(running) == [("account", 4), ("created", 3), ("customer", 2), ("erp_customer", 2)]
