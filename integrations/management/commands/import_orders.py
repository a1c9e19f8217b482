from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from integrations.files.reading import UnreadableFileError
from integrations.management.telling import UNREADABLE, tell, told_refusal
from integrations.ports import OrderKindRule
from integrations.services.orders import import_orders
from integrations.wiring import ORDER_FORMATS
from storefronts.models import Storefront


class Command(BaseCommand):
    help = (
        "Take in the orders of a file and decide whose they are. Exit status 1 where rows were refused, 2 where a "
        "file cannot be read. The same file again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="JSON: one order, an array, or one order a line")
        parser.add_argument("--format", required=True, choices=sorted(ORDER_FORMATS), help="whose JSON it is")
        parser.add_argument("--storefront", required=True, metavar="CODE", help="the shop the orders were placed in")
        parser.add_argument(
            "--kind",
            choices=OrderKindRule.values,
            default=OrderKindRule.COMPANY.value,
            help="all orders are B2B, all are B2C, or those are B2B that are billed to a company (the default)",
        )
        parser.add_argument("--products", type=Path, metavar="FILE", help="the products, if they are not in the orders")
        parser.add_argument("--shipping-addresses", type=Path, metavar="FILE", help="the same for shipping addresses")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        storefront = Storefront.objects.with_policy().filter(code=options["storefront"]).first()
        if storefront is None:
            raise CommandError(f"There is no storefront {options['storefront']!r}.", returncode=UNREADABLE)
        try:
            report = import_orders(
                path=options["file"],
                file_format=ORDER_FORMATS[options["format"]],
                storefront=storefront,
                kind=OrderKindRule(options["kind"]),
                products=options["products"],
                shipping_addresses=options["shipping_addresses"],
                dry_run=options["dry_run"],
                on_refusal=told_refusal(self.stderr),
                by="system:import_orders",
                at=timezone.now(),
            )
        except UnreadableFileError as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        tell(report, self.stdout, dry_run=options["dry_run"])
