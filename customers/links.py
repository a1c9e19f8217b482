"""Links in mails: what their keys prove, and where they lead.

The key stands behind the `#`, so no server, proxy or referrer on the way ever writes it down.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.utils.http import int_to_base36

from storefronts.models import Storefront

if TYPE_CHECKING:
    from customers.models import Customer, User

VERIFICATION_SALT = "customers.verify_email"
VERIFICATION_SECONDS = 3 * 24 * 3600


class PasswordLinkTokens(PasswordResetTokenGenerator):
    """Django's single-use tokens; a newer link voids the older ones too."""

    key_salt = "customers.links.PasswordLinkTokens"

    def _make_hash_value(self, user: "User", timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.link_epoch}"


def password_key(user: "User") -> str:
    """What `auth/password/reset` takes: good for two hours, until it is used, or until a newer one is made."""
    return f"{int_to_base36(user.pk)}-{PasswordLinkTokens().make_token(user)}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification key says: this customer can read mail to this address."""

    customer_id: int
    email_key: str


def verification_key(customer: "Customer") -> str:
    """What `registration/verify` takes for three days; it says nothing any more once the e-mail has changed."""
    return signing.dumps([customer.pk, customer.email_key], salt=VERIFICATION_SALT)


class VerificationKeyError(ValueError):
    """The key is none of ours, or too old."""


def read_verification_key(key: str) -> Verification:
    """Raises VerificationKeyError."""
    try:
        customer_id, email_key = signing.loads(key, salt=VERIFICATION_SALT, max_age=VERIFICATION_SECONDS)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise VerificationKeyError from error
    return Verification(customer_id, email_key)


class NoShopToLinkToError(Exception):
    """No storefront has an address, so a link could lead nowhere."""


def shop_of(customer: "Customer", *, storefront: Storefront | None = None) -> Storefront | None:
    """The shop that mails speak of: the one asked through, the preferred one, else any with an address."""
    for shop in (storefront, customer.preferred_storefront):
        if shop is not None and shop.url:
            return shop
    return Storefront.objects.exclude(url="").order_by("pk").first()


def password_link(shop: Storefront, user: "User") -> str:
    return f"{shop.url.rstrip('/')}{shop.password_path}#key={password_key(user)}"


def verification_link(shop: Storefront, customer: "Customer") -> str:
    return f"{shop.url.rstrip('/')}{shop.verification_path}#key={verification_key(customer)}"
