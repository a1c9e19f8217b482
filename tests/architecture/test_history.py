"""Which models keep a history, and who may have written it."""

from django.conf import settings
from pghistory.models import Event

from tests.architecture.project import own_models

# Customers, accounts, contacts and settings, as the architecture says; what is immutable or a copy has its own trace.
TRACKED = {
    "accounts.Account",
    "accounts.AccountAddress",
    "accounts.AccountExternalId",
    "accounts.AccountNote",
    "accounts.Associate",
    "accounts.Contact",
    "accounts.PaymentMethod",
    "accounts.PaymentRule",
    "accounts.PriceList",
    "accounts.PriceListAssignment",
    "accounts.PriceListEntry",
    "accounts.Role",
    "accounts.StorefrontDefaults",
    "customers.Customer",
    "customers.CustomerAddress",
    "customers.CustomerExternalId",
    "customers.CustomerNote",
    "customers.ErpSystem",
    "customers.ProfileAttribute",
    "customers.ProfileAttributePolicy",
    "customers.Segment",
    "storefronts.ApiClient",
    "storefronts.Storefront",
}
UNTRACKED = {
    "customers.NewsletterSubscription",  # nobody's but the person's
    "customers.CustomerMail",  # tells by itself what became of it
    "customers.CustomerMerge",  # immutable
    "customers.ErpCustomer",  # a copy of the ERP's
    "customers.ErpIdentifier",
    "customers.PasswordLinkRequest",  # gone within seconds
    "customers.ReferenceCounter",  # only rises
    "customers.SharedId",  # only grows
    "customers.User",  # password hashes do not belong into a history
    "events.Event",  # is the history
    "interface.IdempotencyRecord",
    "interface.RequestCount",
    "interface.SentForm",  # kept a day
    "interface.SupportRequest",  # tells by itself what became of it
    "orders.Cart",  # what was ordered tells
    "orders.CartLine",
    "orders.DecisionEvidence",  # emptied when a person is erased
    "orders.IdentityDecision",  # immutable
    "orders.Order",  # its decisions tell
    "orders.OrderAddress",
    "orders.OrderLine",
    "orders.OrderNumberSeries",  # only rises
    "orders.PinnedIdentity",  # repeats a decision
    "orders.ShoppingList",  # what was ordered tells
    "orders.ShoppingListLine",
    "storefronts.ResolutionPolicy",  # immutable
}


def label(model) -> str:
    return f"{model._meta.app_label}.{model.__name__}"


def tracked_models() -> dict[str, type[Event]]:
    found = {label(model): getattr(model, "pgh_event_models", {}) for model in own_models()}
    return {name: next(iter(set(by_label.values()))) for name, by_label in found.items() if by_label}


def test_exactly_the_models_on_the_list_keep_a_history():
    assert set(tracked_models()) == TRACKED
    assert {label(model) for model in own_models()} == TRACKED | UNTRACKED


def test_each_of_them_records_insert_update_and_delete():
    labels = {label(model): set(getattr(model, "pgh_event_models", {})) for model in own_models()}

    kept = {name: kinds for name, kinds in labels.items() if kinds}
    assert kept == {name: {"insert", "update", "delete"} for name in TRACKED}


PATHS = {"password_path"}  # a page of the shop


def test_no_history_holds_a_secret():
    for name, event in tracked_models().items():
        columns = {field.name for field in event._meta.get_fields()}
        assert not {column for column in columns - PATHS if "password" in column or "hash" in column}, name


def test_the_librarys_own_context_is_not_installed():
    """It puts a second statement before each write, which a server-side prepared one refuses."""
    assert not [name for name in settings.MIDDLEWARE if "pghistory" in name]
