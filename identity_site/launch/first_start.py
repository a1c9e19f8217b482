"""A way in for whoever starts the program for the first time: an administrator, an API key, the demo and a shopper.

That is for our own PostgreSQL. A database that `DATABASE_URL` names gets the demo at most: who may enter there is for
its owner to say, by `manage.py createsuperuser` and `manage.py create_api_key`.

The secrets are kept in `access.json` in the data folder, readable by its user alone, so that each later start can show
them again. The database itself only knows their hashes.
"""

import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from accounts.services.associates import person_of
from customers.models import User
from customers.services.access import set_own_password, user_of
from customers.services.staff import create_staff_user
from events.transaction import lock_key, transaction
from identity_site.demo import load_demo
from storefronts.models import ApiClient
from storefronts.scopes import Scope
from storefronts.services.api_clients import create_api_client

ADMINISTRATOR = "admin@demo.example"
SHOPPER = "jo@acme.example"
CLIENT_NAME = "First start"
# What the printed call, docs/tutorial/first-order.md and docs/storefront.md need.
CLIENT_SCOPES = (
    Scope.IDENTITY_RESOLVE, Scope.ORDERS_READ, Scope.ORDERS_WRITE, Scope.SETTINGS_READ,
    Scope.STOREFRONT_ACT_AS_CUSTOMER,
)  # fmt: skip
ACTOR = "system:up"
FILE_NAME = "access.json"


@dataclass(frozen=True)
class Access:
    """What opens the panel, the API and the demo's shop; a blank secret is one that only its owner knows by now."""

    email: str = ""
    password: str = ""
    api_key: str = ""
    has_demo: bool = False
    shopper_password: str = ""


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
    shopper_password = secrets.token_urlsafe(12) if has_demo else ""
    if has_demo:
        set_own_password(user=user_of(person_of(email=SHOPPER)), password=shopper_password)
    return Access(ADMINISTRATOR, password, issued.key, has_demo=has_demo, shopper_password=shopper_password)


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
    shopper = User.objects.filter(email=SHOPPER, is_active=True).first()
    if access.shopper_password and (shopper is None or not shopper.check_password(access.shopper_password)):
        access = replace(access, shopper_password="")
    client = ApiClient.objects.filter(prefix=access.api_key.partition(".")[0]).first()
    if client is None or not client.is_usable(at=at) or not client.accepts(access.api_key):
        access = replace(access, api_key="")
    return access
