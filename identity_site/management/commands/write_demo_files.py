from typing import Any

from django.core.management.base import BaseCommand

from identity_site.demo.generating import generated_files
from identity_site.demo.loading import FILES


class Command(BaseCommand):
    help = "Write the demo's files anew: for developers who have changed its companies, people, buyers or orders."

    def handle(self, *args: Any, **options: Any) -> None:
        FILES.mkdir(exist_ok=True)
        for name, text in generated_files().items():
            FILES.joinpath(name).write_text(text, encoding="utf-8")
            self.stdout.write(f"{name}: {len(text)} characters")
