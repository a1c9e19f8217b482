from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.services.tree_repair import repair_trees
from accounts.trees import broken_trees


class Command(BaseCommand):
    help = "Verify the tree columns of all accounts. Exit status 1 where something is broken and was not repaired."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="rebuild broken trees from the accounts' parents")

    def handle(self, *args: Any, **options: Any) -> None:
        for broken in broken_trees():
            self.stderr.write(f"Tree {broken.tree_id}: {broken.rule} ({broken.accounts}).")
        if options["repair"]:
            repaired = repair_trees(by="system:check_trees", at=timezone.now())
            self.stdout.write(f"{len(repaired)} trees rebuilt.")
        if left := broken_trees():
            raise CommandError(f"{len({broken.tree_id for broken in left})} trees are broken. Run again with --repair.")
        self.stdout.write("All trees are sound.")
