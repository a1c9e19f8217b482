from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from storefronts.models import Storefront
from storefronts.scopes import Scope
from storefronts.services.api_clients import create_api_client


class Command(BaseCommand):
    help = "Issue an API key. It is shown once, as the last word of the last line, and stored nowhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="what calls with it, as staff will read it")
        parser.add_argument(
            "--scope", action="append", required=True, help=f"may be given more than once: {', '.join(Scope.values)}"
        )
        parser.add_argument("--storefront", help="code of the one storefront it may see; without: all")
        parser.add_argument("--days", type=int, help="ends after so many days; without: never")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        storefront = None
        if options["storefront"]:
            storefront = Storefront.objects.filter(code=options["storefront"]).first()
            if storefront is None:
                raise CommandError(f"There is no storefront {options['storefront']!r}.")
        try:
            issued = create_api_client(
                name=options["name"],
                scopes=options["scope"],
                storefront=storefront,
                expires_at=now + timedelta(days=options["days"]) if options["days"] is not None else None,
                by="system:create_api_key",
                at=now,
            )
        except OverflowError as error:
            raise CommandError(f"--days {options['days']} ends beyond the calendar.") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"Key of {issued.client.name}: {issued.key}")
