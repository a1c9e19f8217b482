"""The fixed words of identity decisions. There are no others (domain rules, section 1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderKind(models.TextChoices):
    B2B = "b2b", _("B2B")
    B2C = "b2c", _("B2C")


class Outcome(models.TextChoices):
    ACCOUNT = "account", _("Account")
    ERP_CUSTOMER = "erp_customer", _("ERP customer")
    CUSTOMER = "customer", _("Customer")
    CREATED = "created", _("New customer")
    HELD = "held", _("Held")
    AWAITING_ERP = "awaiting_erp", _("Waiting for the ERP")


class Reason(models.TextChoices):
    """Why an order is held or waits."""

    AMBIGUOUS = "ambiguous", _("Several match, and they differ in whose the order is")
    CONTACT_ON_HOLD = "contact_on_hold", _("The contact is on hold")
    ACCOUNT_SUSPENDED = "account_suspended", _("The account is suspended")
    ACCOUNT_PENDING = "account_pending", _("The account is pending")
    NO_USABLE_IDENTIFIER = "no_usable_identifier", _("The order brings neither a usable e-mail nor a usable phone")
    NO_MATCH = "no_match", _("Nothing matches, and the policy creates no customers")
    STAFF_HOLD = "staff_hold", _("Held by staff")
    ERP_ROW_STALE = "erp_row_stale", _("What we know of the ERP customer is too old")
    ERP_CATCH_UP_PENDING = "erp_catch_up_pending", _("The ERP has not been read since the order arrived")


class Caution(models.TextChoices):
    """What staff should know although the order was decided; `warnings` in the API."""

    ACCOUNT_DISABLED = "account_disabled", _("The account with this number is disabled")
    CUSTOMER_INACTIVE = "customer_inactive", _("The customer is inactive")
    CUSTOMER_ON_HOLD = "customer_on_hold", _("The customer is on hold")
    EMAIL_DIFFERS = "email_differs", _("Found by phone; the record has another e-mail")
    PHONE_POINTS_ELSEWHERE = "phone_points_elsewhere", _("Found by e-mail; the phone belongs to someone else")
    ERP_ORDERS_NOT_ALLOWED = "erp_orders_not_allowed", _("The ERP allows this customer no orders")
    PAYMENT_METHOD_NOT_VISIBLE = "payment_method_not_visible", _("The payment method is hidden for this account")


class DirectStep(models.TextChoices):
    """The one step of a decision that no rule made."""

    STAFF = "staff", _("A person decided")
    ASSERTED = "asserted", _("Placed while signed in")


class Action(models.TextChoices):
    """What a person can do about whose an order is."""

    ASSIGN_ACCOUNT = "assign_account", _("Give it to an account")
    ASSIGN_CUSTOMER = "assign_customer", _("Give it to a customer")
    CREATE_CUSTOMER = "create_customer", _("Make a new customer for it")
    MEND_CLAIM = "mend_claim", _("Mend the e-mail or phone and decide again")
    RESOLVE_AGAIN = "resolve_again", _("Decide again by the rules")
    HOLD = "hold", _("Hold it")
    RELEASE = "release", _("Release it")


class StepResult(models.TextChoices):
    MATCH = "match", _("Match")
    AMBIGUOUS = "ambiguous", _("Ambiguous")
    NONE = "none", _("None")
    SKIPPED = "skipped", _("Skipped")
