"""Keys made of the one secret there is, each for one use."""

import base64
import hashlib
import hmac


def derived_key(secret: str, use: str) -> bytes:
    """32 bytes in URL-safe base64, as Fernet takes them; another use gives another key."""
    return base64.urlsafe_b64encode(hmac.new(secret.encode(), use.encode(), hashlib.sha256).digest())
