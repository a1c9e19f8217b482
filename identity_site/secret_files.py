"""Keys the program generates for itself, each in a file only its user can read."""

import os
import secrets
from pathlib import Path


def generated_secret(path: Path) -> str:
    """The key in the file, made on first use. Two processes that start at once agree on one key.

    Raises OSError where the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    draft.touch(mode=0o600)
    try:
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        os.link(draft, path)  # atomic, and refused where another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii")
