from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from identity_site.demo import DemoInTheWayError, load_demo
from orders.models import Order


class Command(BaseCommand):
    help = "Load made-up companies, people and orders that show every outcome. Twice is once."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load_demo(at=timezone.now())
        except DemoInTheWayError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The demo is loaded: {Order.objects.count()} orders.")
