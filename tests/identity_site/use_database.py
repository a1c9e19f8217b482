"""A program that uses the embedded PostgreSQL in the folder given, says so, and goes on until its input ends."""

import sys
from pathlib import Path

import psycopg

from identity_site.embedded import presence
from identity_site.embedded.cluster import Cluster, ClusterError


def main(folder: str) -> None:
    cluster = Cluster(folder=Path(folder), durable=False)
    try:
        socket_folder = presence.use(cluster)
    except ClusterError as error:
        sys.exit(str(error))
    with psycopg.connect(host=str(socket_folder), port=cluster.port, user="postgres", dbname="identity") as connection:
        row = connection.execute("SELECT pg_postmaster_start_time()::text").fetchone()
    sys.stdout.write(f"{row[0] if row else ''}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
