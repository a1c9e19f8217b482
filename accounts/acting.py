"""One person on one storefront, for himself or for an account: what he may do there, and why not. `domain.md` 4."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import Account, AccountStatus, Associate, Role
from accounts.permissions import Permission
from customers.models import Customer, CustomerKind
from storefronts.models import Storefront

# What an account's status forbids although the role allows it. Whoever stands on a disabled one acts for it not at all.
_FORBIDDEN: Mapping[str, frozenset[str]] = {
    AccountStatus.ACTIVE: frozenset(),
    AccountStatus.SUSPENDED: frozenset({Permission.ORDERS_PLACE}),
    AccountStatus.PENDING: frozenset(Permission) - {Permission.PURCHASES_VIEW},
    AccountStatus.DISABLED: frozenset(Permission),
}
# What everybody may do for himself; the other permissions are about accounts.
FOR_HIMSELF = (Permission.PRICES_VIEW, Permission.CARTS_MANAGE, Permission.ORDERS_PLACE, Permission.ADDRESSES_MANAGE)
# One can act for them, whatever the role allows then.
_USABLE = frozenset({AccountStatus.ACTIVE, AccountStatus.SUSPENDED})


class AccountNotAssociatedError(Exception):
    """The person is no associate of an account of that shared id, or there is none: nobody is told which."""


class AccountDisabledError(Exception):
    """Nobody acts for a disabled account."""


class AccountSuspendedError(Exception):
    """One looks around and fills carts for a suspended account, but orders nothing."""


class AccountPendingError(Exception):
    """Of a pending account the profile and the address book are read, and nothing else is done."""


class PermissionMissingError(Exception):
    """The role does not allow it; `permission` names what."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(str(permission))
        self.permission = permission


class AccountRequiredError(Exception):
    """This is for those who act for an account."""


class AccountNotMeantError(Exception):
    """This is for people who buy for themselves, not for those who act for an account."""


class RegistrationRequiredError(Exception):
    """This is for registered customers, not for guests."""


REFUSALS: Mapping[str, type[Exception]] = {
    AccountStatus.SUSPENDED: AccountSuspendedError,
    AccountStatus.PENDING: AccountPendingError,
    AccountStatus.DISABLED: AccountDisabledError,
}


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, where, and for which account in which role (both None: for himself). `by` is the actor's text."""

    customer: Customer
    storefront: Storefront
    by: str
    account: Account | None = None
    role: Role | None = None

    def may(self, permission: Permission) -> bool:
        """Whether role and status of the account allow it; for himself everybody may everything."""
        return self.account is None or (self.role_allows(permission) and not self.status_forbids(permission))

    def role_allows(self, permission: Permission) -> bool:
        return self.role is None or permission in self.role.permissions

    def status_forbids(self, permission: Permission) -> bool:
        return self.account is not None and permission in _FORBIDDEN[self.account.status]

    def insist_on(self, permission: Permission) -> None:
        """Raises PermissionMissingError; then AccountSuspendedError, AccountPendingError or AccountDisabledError."""
        if self.account is None:
            return
        if not self.role_allows(permission):
            raise PermissionMissingError(permission)
        refuse_status(self.account, permission)

    def insist_on_account(self) -> Account:
        """The account acted for. Raises AccountRequiredError."""
        if self.account is None:
            raise AccountRequiredError
        return self.account

    def insist_on_no_account(self) -> None:
        """Raises AccountNotMeantError."""
        if self.account is not None:
            raise AccountNotMeantError

    def insist_on_registration(self) -> None:
        """Raises RegistrationRequiredError."""
        if self.customer.kind != CustomerKind.REGISTERED:
            raise RegistrationRequiredError


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is to one account of a tree: his associations in force there and above, the nearest first.

    There is at least one. He reads the account in the role of the nearest; he acts only by one with the account itself.
    """

    account: Account
    associations: tuple[Associate, ...]

    @property
    def nearest(self) -> Associate:
        return self.associations[0]

    @property
    def direct(self) -> Associate | None:
        return self.nearest if self.nearest.account_id == self.account.pk else None

    @property
    def sees_parent(self) -> bool:
        """Whether what stands above the account is his to read too."""
        return self.direct is None or len(self.associations) > 1

    def may_read(self, permission: Permission) -> bool:
        """Whether the role of the nearest association allows to read what the permission is about."""
        return permission in self.nearest.role.permissions

    def insist_on_reading(self, permission: Permission) -> None:
        """Raises PermissionMissingError."""
        if not self.may_read(permission):
            raise PermissionMissingError(permission)

    @property
    def shows_prices(self) -> bool:
        """Whether what is read of the account has amounts. Of a pending one it has none yet."""
        return self.may_read(Permission.PRICES_VIEW) and self.account.status != AccountStatus.PENDING

    def may(self, permission: Permission) -> bool:
        """Whether he may do it for the account."""
        return self._role_allows(permission) and permission not in _FORBIDDEN[self.account.status]

    def insist_on(self, permission: Permission) -> None:
        """Raises PermissionMissingError; then what the status of the account forbids, as `Acting.insist_on`."""
        if not self._role_allows(permission):
            raise PermissionMissingError(permission)
        refuse_status(self.account, permission)

    def permissions(self) -> list[Permission]:
        """All that he may do for the account now; its purchases are read from above, and whatever its status."""
        return [
            each
            for each in Permission
            if self.may(each) or (each == Permission.PURCHASES_VIEW and self.may_read(Permission.PURCHASES_VIEW))
        ]

    @property
    def is_usable(self) -> bool:
        """Whether acting for it makes sense: an association of his own, and a status that allows anything."""
        return self.direct is not None and self.account.status in _USABLE

    def refusals(self) -> list[Exception]:
        """Why he may not do the rest: no association of his own; else the status; then each word the role lacks."""
        why: list[Exception] = [] if self.direct else [AccountNotAssociatedError()]
        if self.account.status in REFUSALS:
            why.append(REFUSALS[self.account.status]())
        if self.direct is not None:
            why.extend(PermissionMissingError(each) for each in Permission if not self._role_allows(each))
        return why

    def has_all_of(self, role: Role) -> bool:
        """Whether he has himself, here or above, all that the role allows."""
        return not self._lacking(role)

    def insist_on_all_of(self, role: Role) -> None:
        """Nobody gives or takes what he does not have himself. Raises PermissionMissingError for the first such."""
        for permission in self._lacking(role):
            raise PermissionMissingError(permission)

    def _lacking(self, role: Role) -> list[Permission]:
        own = {permission for each in self.associations for permission in each.role.permissions}
        return [each for each in Permission if each in role.permissions and each not in own]

    def _role_allows(self, permission: Permission) -> bool:
        """Associates of a part are managed by every admin above it as well; all else is acting, and not inherited."""
        if permission == Permission.ASSOCIATES_MANAGE:
            return any(permission in each.role.permissions for each in self.associations)
        return self.direct is not None and permission in self.direct.role.permissions


def refuse_status(account: Account, permission: Permission) -> None:
    """Raises what the status of the account forbids."""
    if permission in _FORBIDDEN[account.status]:
        raise REFUSALS[account.status]


def association_of(*, customer: Customer, account_shared_id: str, at: datetime) -> Associate:
    """By which the customer acts for the account; account and role are fetched with it, one statement in every case.

    Raises AccountNotAssociatedError, AccountDisabledError.
    """
    found = Associate.objects.in_force(at=at).filter(customer=customer, account__shared_id=account_shared_id)
    association = found.select_related("account", "role").first()
    if association is None:
        raise AccountNotAssociatedError
    if association.account.status == AccountStatus.DISABLED:
        raise AccountDisabledError
    return association


def standing_at(*, customer: Customer, account_shared_id: str, at: datetime) -> Standing:
    """What the customer is to the account; two statements. Raises AccountNotAssociatedError."""
    account = Account.objects.filter(shared_id=account_shared_id).select_related("parent").first()
    if account is None:
        raise AccountNotAssociatedError
    return standing_of(customer=customer, account=account, at=at)


def standing_of(*, customer: Customer, account: Account, at: datetime) -> Standing:
    """As `standing_at`; one statement."""
    found = Associate.objects.in_force(at=at).reaching(account).filter(customer=customer)
    associations = tuple(found.select_related("account", "role").order_by("-account__lft"))
    if not associations:
        raise AccountNotAssociatedError
    return Standing(account, associations)


def standings_of(*, associations: Sequence[Associate], at: datetime) -> list[Standing]:
    """What one customer is to each account of these associations of his, in their order; one statement.

    Their accounts and roles are expected to be fetched.
    """
    accounts = [each.account for each in associations]
    higher = Account.objects.above_all(accounts).order_by().values("pk")
    people = {each.customer_id for each in associations}
    reaching = Q(account__in=higher) | Q(account__in=accounts)
    found = Associate.objects.in_force(at=at).filter(reaching, customer__in=people)
    reached = list(found.select_related("account", "role").order_by("-account__lft"))
    # Who stands above whom is compared as of one moment, and not with what the caller has read before.
    places = {each.account_id: each.account for each in reached}
    return [Standing(each.account, (each, *_above(places.get(each.account_id), reached))) for each in associations]


def standings_below(
    *, standing: Standing, children: Sequence[Account], customer: Customer, at: datetime
) -> list[Standing]:
    """What the customer is to each child of an account that he reads; one statement."""
    found = Associate.objects.in_force(at=at).filter(customer=customer, account__in=children)
    own = {each.account_id: each for each in found.select_related("role")}
    return [
        Standing(child, (*([own[child.pk]] if child.pk in own else []), *standing.associations)) for child in children
    ]


def _above(account: Account | None, associations: Iterable[Associate]) -> Iterator[Associate]:
    """Those with an account that this one is a part of; none where it is no longer there."""
    if account is None:
        return
    for each in associations:
        other = each.account
        if other.tree_id == account.tree_id and other.lft < account.lft and other.rght > account.rght:
            yield each
