"""Mails to customers: the words from templates, in the person's language, and their way out.

Source: the domain's table of mails. The only call of the domain to the outside.
"""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import translation

from customers.models import Customer, MailKind
from storefronts.models import Storefront

SHIPPED = frozenset(code for code, _name in settings.LANGUAGES)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, ready to be sent."""

    to: str
    subject: str
    text: str
    html: str
    sender: str = field(default="")


def language_of(customer: Customer, shop: Storefront | None) -> str:
    """The first of the person's locale, the shop's locales, and the setting for which there are words."""
    wanted = [customer.preferred_locale, *(shop.locales if shop else []), settings.LANGUAGE_CODE]
    for locale in wanted:
        language = locale.replace("_", "-").lower()
        for code in (language, language.partition("-")[0]):
            if code in SHIPPED:
                return code
    return settings.LANGUAGE_CODE


def write(*, kind: MailKind, customer: Customer, shop: Storefront | None, more: dict[str, Any]) -> Letter:
    """The mail of that kind; `more` is what only this kind says: the password, the link.

    Templates are `mail/<kind>.subject.txt`, `.txt` and `.html`; those in MAIL_TEMPLATES come before ours.
    """
    said = {
        "customer": customer,
        "name": customer.full_name,
        "email": customer.email,
        "shop": shop.name if shop else settings.MERCHANT_NAME,
        "shop_url": shop.url if shop else "",
        "merchant": settings.MERCHANT_NAME,
        **more,
    }
    with translation.override(language_of(customer, shop)):
        said["language"] = translation.get_language()
        subject = " ".join(_plain(f"mail/{kind}.subject.txt", said).split())
        text = _plain(f"mail/{kind}.txt", said).strip() + "\n"
        html = render_to_string(f"mail/{kind}.html", {**said, "subject": subject})
    return Letter(to=address_of(customer), subject=subject, text=text, html=html, sender=settings.DEFAULT_FROM_EMAIL)


def address_of(customer: Customer) -> str:
    """Where mails to him go: as he writes it, where that differs from the normal form in ASCII case alone.

    Else to the normal form: `strauß@` is `strauss@` there, and what a link in a mail proves is that one's.
    """
    typed, normal = customer.email.strip(), customer.email_key
    return typed if normal is None or (typed.isascii() and typed.lower() == normal) else normal


def _plain(name: str, said: dict[str, Any]) -> str:
    """What is no HTML needs no quoting."""
    template: Any = get_template(name)
    text: str = template.template.render(Context(said, autoescape=False))
    return text


def send(letter: Letter) -> None:
    """Hand the mail to the mail server. Raises what Django's mail back end raises: OSError and SMTPException."""
    message = EmailMultiAlternatives(letter.subject, letter.text, letter.sender, [letter.to])
    message.attach_alternative(letter.html, "text/html")
    message.send()
