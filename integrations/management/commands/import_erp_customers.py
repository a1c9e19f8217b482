from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from integrations.files.reading import UnreadableFileError
from integrations.management.telling import UNREADABLE, tell, told_refusal
from integrations.services.erp_customers import OtherRegionError, import_erp_customers
from integrations.wiring import ERP_CUSTOMER_FORMATS


class Command(BaseCommand):
    help = (
        "Fill the mirror of an ERP's customers from a file. Exit status 1 where rows were refused, 2 where the file "
        "cannot be read. The same file again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="JSON: one object, an array, or one object a line")
        parser.add_argument("--format", required=True, choices=sorted(ERP_CUSTOMER_FORMATS), help="whose JSON it is")
        parser.add_argument("--erp-system", required=True, metavar="CODE", help="made where there is none of that code")
        parser.add_argument(
            "--region",
            default="",
            help="how a system that is made reads phones without country code, as in US; else DEFAULT_REGION",
        )
        parser.add_argument(
            "--system-customers",
            default="",
            metavar="NUMBERS",
            help="numbers that stand for no person, as in CASH,TEMPLATE; added to those the system has",
        )
        parser.add_argument(
            "--complete", action="store_true", help="the file holds every customer: those not in it are gone"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_erp_customers(
                path=options["file"],
                file_format=ERP_CUSTOMER_FORMATS[options["format"]],
                erp_system=options["erp_system"],
                region=options["region"],
                default_region=settings.DEFAULT_REGION,
                system_customers=[word.strip() for word in options["system_customers"].split(",") if word.strip()],
                complete=options["complete"],
                dry_run=options["dry_run"],
                on_refusal=told_refusal(self.stderr),
                by="system:import_erp_customers",
                at=timezone.now(),
            )
        except (UnreadableFileError, OtherRegionError) as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=UNREADABLE) from error
        tell(report, self.stdout, dry_run=options["dry_run"])
