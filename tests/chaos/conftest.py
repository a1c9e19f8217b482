"""The whole program as an operator starts it, met from outside alone: over HTTP, by commands, by its database."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from identity_site.embedded.cluster import Cluster, running_server
from tests.identity_site.conftest import PROJECT, environment, wait_until
from tests.identity_site.test_up import announced, everything_is_gone, free_port

PLACED = "2026-11-23T10:15:00Z"


@dataclass
class Running:
    """`manage.py up` on a folder of its own."""

    process: "subprocess.Popen[str]"
    folder: Path
    port: int
    key: str

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and answer. Raises OSError or HTTPException where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Api-Key {self.key}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, json.dumps(body).encode() if body is not None else None, headers)
            answer = connection.getresponse()
            told = answer.read()
            return answer.status, json.loads(told) if told else None
        finally:
            connection.close()

    def manage(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=environment(DATA_DIR=str(self.folder), LOG_LEVEL="WARNING", EMBEDDED_DURABLE="true"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def rows(self, statement: str, *values: Any) -> list[Any]:
        with psycopg.connect(host=str(self.folder / "pg"), dbname="identity", user="postgres") as connection:
            return connection.execute(statement, values).fetchall()

    # --- What can be killed

    def web(self) -> list[int]:
        """All that answer requests: the children of the web server. One of them alone may just have nothing to do."""
        server = self._child(b"granian")
        return [int(child) for child in _children(server)] if server else []

    def worker(self) -> list[int]:
        found = self._child(b"procrastinate")
        return [int(found)] if found else []

    def database(self) -> list[int]:
        server = running_server(Cluster(folder=self.folder / "pg"))
        return [server.pid] if server else []

    def _child(self, word: bytes) -> str:
        return next((pid for pid in _children(str(self.process.pid)) if word in _command(pid)), "")

    def is_well(self) -> bool:
        """Whether web and database answer and the worker lives."""
        try:
            status, _ = self.call("GET", "/health/ready")
        except (OSError, http.client.HTTPException):
            return False
        return status == 200 and self.worker() != []


def _children(pid: str) -> list[str]:
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []


def _command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """Started with the demo, on a database that syncs its disk as an operator's does; ended with the session."""
    folder = Path(tempfile.mkdtemp(prefix="identity-chaos-"))
    folder.chmod(0o711)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--port", str(port), "--data", str(folder)],
        cwd=PROJECT,
        env=environment(EMBEDDED_DURABLE="true"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        key = re.search(r"Api-Key (\S+)'", announced(process))
        assert key is not None
        program = Running(process, folder, port, key[1])
        wait_until(program.is_well)
        yield program
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=60)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        everything_is_gone(folder, port)
        time.sleep(0.2)
        shutil.rmtree(folder)


def order(number: str, **claim: str) -> dict[str, Any]:
    return {
        "storefront": "us",
        "number": number,
        "kind": "b2b",
        "placed_at": PLACED,
        "currency": "USD",
        "customer": {"first_name": "Jo", "last_name": "Hale", **claim},
        "shipping_address": {"line1": "1 Main St", "city": "Memphis"},
        "lines": [{"sku": "SAW-10", "name": "Saw", "quantity": 2, "unit_price": "19.90"}],
        "total": "39.80",
    }
