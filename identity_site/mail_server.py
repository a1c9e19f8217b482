"""Where mail goes: one variable names the mail server, as DATABASE_URL names the database."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Scheme → the port it has unless one is named.
EXPLAINED = "MAIL_URL is smtp://, smtp+starttls:// or smtps:// with a host, as in smtps://user:password@mail.example."
SCHEMES = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def mail_from_url(url: str) -> dict[str, Any]:
    """`smtp+starttls://user:password@mail.example:587`: plain, with STARTTLS, or with TLS from the start (`smtps`).

    Raises ImproperlyConfigured; the sentence does not quote the address, which may hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(
            "MAIL_URL is not an address, as in smtp+starttls://user:password@host:587."
        ) from error
    if parts.scheme not in SCHEMES or not parts.hostname or parts.path.strip("/"):
        raise ImproperlyConfigured(
            "MAIL_URL must be smtp://, smtp+starttls:// or smtps:// and name a host, and no more."
        )
    return {
        "backend": "django.core.mail.backends.smtp.EmailBackend",
        "host": parts.hostname,
        "port": port or SCHEMES[parts.scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "starttls": parts.scheme == "smtp+starttls",
        "tls": parts.scheme == "smtps",
    }


def mail_into_files(folder: Path) -> dict[str, Any]:
    """One file for each mail, for a machine without a mail server."""
    return {"backend": "django.core.mail.backends.filebased.EmailBackend", "folder": folder}
