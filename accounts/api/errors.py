"""The HTTP status of this room's exceptions."""

from accounts.acting import (
    AccountDisabledError,
    AccountNotAssociatedError,
    AccountNotMeantError,
    AccountPendingError,
    AccountRequiredError,
    AccountSuspendedError,
    PermissionMissingError,
    RegistrationRequiredError,
)
from accounts.services.accounts import AccountNeverMovesError
from accounts.services.admins import LastAdminError
from accounts.services.associates import UnknownRoleError
from accounts.services.deletion import AccountHasOrdersError
from accounts.services.price_lists import PriceListInUseError
from accounts.services.roles import BuiltInRoleError, RoleInUseError
from interface.api.problems import answers_with

answers_with(UnknownRoleError, status=400, code="role_unknown", detail="There is no role {error}.", field="role")
answers_with(
    AccountNeverMovesError,
    status=409,
    code="account_never_moves",
    detail="An account is created under its parent and stays there for ever.",
)
answers_with(
    LastAdminError,
    status=409,
    code="last_admin",
    detail="{error} would have no admin any more. Name another one first, or suspend the account in the same step.",
)
answers_with(
    AccountHasOrdersError,
    status=409,
    code="account_has_orders",
    detail="Orders name the account or one below it; it cannot be deleted.",
)
answers_with(
    BuiltInRoleError, status=409, code="role_built_in", detail="A built-in role is neither changed nor removed."
)
answers_with(
    RoleInUseError, status=409, code="role_in_use", detail="{error} associates have the role; give them another first."
)
answers_with(
    PriceListInUseError,
    status=409,
    code="price_list_in_use",
    detail="Accounts, other lists or storefronts have the list; take it away from them first, or deactivate it.",
)
answers_with(PermissionMissingError, status=403, code="permission_missing", detail="Your role does not allow {error}.")
answers_with(
    AccountSuspendedError,
    status=409,
    code="account_suspended",
    detail="The account is suspended: one can look around and fill carts, but not order.",
)
answers_with(
    AccountPendingError,
    status=409,
    code="account_pending",
    detail="The account is not active yet: its profile and address book can be read, and that is all.",
)
answers_with(AccountDisabledError, status=409, code="account_disabled", detail="The account is disabled.")
answers_with(AccountNotAssociatedError, status=404, code="not_found", detail="There is none, or it is not yours.")
answers_with(
    AccountRequiredError, status=409, code="account_required", detail="This is for those who act for an account."
)
answers_with(
    AccountNotMeantError,
    status=409,
    code="account_not_meant",
    detail="This is for people who buy for themselves: send no X-Account-Shared-Id.",
)
answers_with(
    RegistrationRequiredError,
    status=403,
    code="registration_required",
    detail="This is for registered customers; you are a guest.",
)
