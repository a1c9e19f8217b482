"""How other systems name an account, by the rules of customers' ids."""

from django.utils.translation import gettext_lazy as _

from accounts.models import AccountExternalId
from customers.services.external_ids import ExternalIdBook

ACCOUNT_IDS = ExternalIdBook(AccountExternalId, "account", _("Another account has this id in that system."))
