"""Django's PostgreSQL backend, which starts a PostgreSQL of our own with the first connection (ENGINE).

Starting it here and not where the program starts means that the web server, the worker, every management command and
the tests work alike, and that nothing is started by who only reads the settings.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base
from django.db.backends.postgresql.client import DatabaseClient as PostgreSQLClient
from django.db.utils import OperationalError

from identity_site.embedded import binaries, presence
from identity_site.embedded.cluster import Cluster, ClusterError


class EmbeddedDatabaseError(OperationalError):
    """The embedded PostgreSQL cannot be used; the message is a sentence for the operator."""


class DatabaseClient(PostgreSQLClient):
    """`dbshell` with the psql that came along."""

    def runshell(self, parameters: Iterable[str]) -> None:
        self.connection.get_connection_params()  # starts the server and fills in HOST
        super().runshell(parameters)

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        arguments, environment = super().settings_to_cmd_args_env(settings_dict, parameters)
        return [str(binaries.program("psql")), *arguments[1:]], environment


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        """Starts the server first, if need be. Raises EmbeddedDatabaseError where that fails."""
        cluster = self.settings_dict.get("EMBEDDED")
        if not isinstance(cluster, Cluster):
            raise ImproperlyConfigured("The engine identity_site.embedded needs EMBEDDED, a Cluster, in its settings.")
        try:
            self.settings_dict["HOST"] = str(presence.use(cluster))
        except ClusterError as error:
            raise EmbeddedDatabaseError(str(error)) from error
        return super().get_connection_params()
