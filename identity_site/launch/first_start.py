"""A way in for whoever starts the program for the first time: an administrator, an API key, and the demo.

That is for our own PostgreSQL. A database that `DATABASE_URL` names gets the demo at most: who may enter there is for
its owner to say, by `manage.py createsuperuser` and `manage.py create_api_key`.

Both secrets are kept in `access.json` in the data folder, readable by its user alone, so that each later start can show
them again. The database itself only knows their hashes.
"""

import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from customers.models import User
from customers.services.staff import create_staff_user
from events.transaction import lock_key, transaction
from identity_site.demo import load_demo
from storefronts.models import ApiClient
from storefronts.scopes import Scope
from storefronts.services.api_clients import create_api_client

ADMINISTRATOR = "admin@demo.example"
CLIENT_NAME = "First start"
# What the printed call and docs/tutorial/first-order.md need.
CLIENT_SCOPES = (Scope.IDENTITY_RESOLVE, Scope.ORDERS_READ, Scope.ORDERS_WRITE, Scope.SETTINGS_READ)
ACTOR = "system:up"
FILE_NAME = "access.json"


@dataclass(frozen=True)
class Access:
    """What opens the panel and the API; a blank secret is one that only its owner knows by now."""

    email: str = ""
    password: str = ""
    api_key: str = ""
    has_demo: bool = False


def ensure_access(*, data_dir: Path, is_external: bool, demo: bool, at: datetime) -> Access:
    """The access made at the first start, which is now where the database has no staff yet.

    With `demo` the first start also loads the demo. Later starts make nothing and answer what of the kept access
    still works. An external database (`DATABASE_URL`) gets no access and nothing is kept of it: the answer holds no
    secrets. Raises OSError where the data folder cannot be written.
    """
    with transaction(by=ACTOR, locks=[lock_key("first start")]):
        has_staff = User.objects.filter(is_staff=True).exists()
        if has_staff:
            return Access() if is_external else still_working(kept_access(data_dir), at=at)
        if demo:
            load_demo(at=at)
        if is_external:
            return Access(has_demo=demo)
        access = create_access(has_demo=demo, at=at)
        # Before the commit: a crash in between leaves a file that opens nothing, and never staff without a way in.
        keep_access(data_dir, access)
    return access


def create_access(*, has_demo: bool, at: datetime) -> Access:
    password = secrets.token_urlsafe(12)
    create_staff_user(email=ADMINISTRATOR, password=password, superuser=True, by=ACTOR, at=at)
    issued = create_api_client(name=CLIENT_NAME, scopes=CLIENT_SCOPES, by=ACTOR, at=at)
    return Access(email=ADMINISTRATOR, password=password, api_key=issued.key, has_demo=has_demo)


def keep_access(data_dir: Path, access: Access) -> None:
    path = data_dir / FILE_NAME
    draft = path.with_name(f".{FILE_NAME}")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(access), indent=2), encoding="utf-8")
    draft.replace(path)


def kept_access(data_dir: Path) -> Access:
    """What the file holds; an access without anything where there is none or it was damaged."""
    try:
        return Access(**json.loads(data_dir.joinpath(FILE_NAME).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return Access()


def still_working(access: Access, *, at: datetime) -> Access:
    """The access without what does not open this database any more: changed since, or kept for another database."""
    user = User.objects.filter(email=access.email, is_staff=True, is_active=True).first()
    if user is None or not user.check_password(access.password):
        access = replace(access, password="")
    client = ApiClient.objects.filter(prefix=access.api_key.partition(".")[0]).first()
    if client is None or not client.is_usable(at=at) or not client.accepts(access.api_key):
        access = replace(access, api_key="")
    return access
