"""The HTTP status of this room's exceptions."""

from accounts.services.accounts import AccountNeverMovesError
from accounts.services.admins import LastAdminError
from accounts.services.associates import UnknownRoleError
from accounts.services.deletion import AccountHasOrdersError
from accounts.services.price_lists import PriceListInUseError
from accounts.services.roles import BuiltInRoleError, RoleInUseError
from interface.api.problems import answers_with

answers_with(UnknownRoleError, status=400, code="role_unknown", detail="There is no role {error}.")
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
