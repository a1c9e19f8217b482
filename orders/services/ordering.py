"""A cart becomes an order: everything is asked again at the server, and asking twice makes one order."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.acting import AccountNotAssociatedError, Acting
from accounts.effective import visible_payment_methods
from accounts.models import Account, AccountAddress, Associate
from accounts.permissions import Permission
from customers.models import Customer, CustomerAddress, PostalAddress
from customers.services.errors import collecting
from orders.cart_contents import LeftOut
from orders.cart_prices import PricedCart, priced_cart
from orders.models import Cart, CartLine, Order
from orders.services.asserting import receive_asserted_order
from orders.services.cart_lines import LineUnavailableError
from orders.services.carts import activate_the_latest, changing_carts
from orders.submissions import AddressDraft, Claim, LineDraft, OrderSubmission, Totals
from orders.words import OrderKind

# What the column of an order's total holds.
LARGEST_TOTAL = Decimal(10) ** 12


class CartOrderedError(Exception):
    """The cart was ordered before, with other content. That order is untouched."""


class CartEmptyError(Exception):
    """There is nothing in the cart."""


class EmailRequiredError(Exception):
    """Who orders as a guest says first where to reach him."""


class PaymentMethodNotVisibleError(Exception):
    """Whoever acts does not see this payment method, or there is none of that code; its text is the code."""


class TotalTooLargeError(Exception):
    """No order can have such a total."""


class PriceChangedError(Exception):
    """The cart costs something else than the person saw; `cart` is what it costs now whoever is `acting`."""

    def __init__(self, cart: PricedCart, acting: Acting) -> None:
        super().__init__(str(cart.total))
        self.cart, self.acting = cart, acting


@dataclass(frozen=True, slots=True)
class CartOrder:
    """What a person says when he orders a cart. Addresses are named by their ids in the book that is meant.

    `expected_total` is what he saw; None from who may not see prices. A blank billing address is the default one.
    """

    payment_method: str
    shipping_address_id: str
    billing_address_id: str = ""
    purchase_order_number: str = ""
    expected_total: Decimal | None = None

    def digest(self) -> bytes:
        """SHA-256: equal for two bodies that mean the same."""
        total = None if self.expected_total is None else format(self.expected_total + Decimal("0.0000"), "f")
        said = [
            self.payment_method,
            self.shipping_address_id,
            self.billing_address_id,
            self.purchase_order_number,
            total,
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).digest()


@dataclass(frozen=True, slots=True)
class Ordered:
    """The order of a cart. `is_new` False: it was placed before, by the same request."""

    order: Order
    is_new: bool


def order_cart(*, acting: Acting, cart_id: UUID, said: CartOrder, at: datetime) -> Ordered:
    """Place the order of the cart, for the account or for the person himself; the next cart becomes active.

    Raises, the first that holds: CartOrderedError; AccountNotAssociatedError, what `Acting.insist_on` does;
    Cart.DoesNotExist; EmailRequiredError, CartEmptyError, LineUnavailableError, PriceChangedError,
    PaymentMethodNotVisibleError; ValidationError naming an address that is not in the book or not for this use;
    TotalTooLargeError. Nothing is written then. A missing `expected_total` of who may see prices is a ValidationError
    before all of them.
    """
    sees_prices = acting.may(Permission.PRICES_VIEW)
    if sees_prices and said.expected_total is None:
        raise ValidationError({"expected_total": ValidationError(_("Say the total that was seen."), code="required")})
    with changing_carts(acting) as person:
        cart = Cart.objects.of(acting).filter(pk=cart_id).first()
        if cart is not None and cart.order_id is not None:
            return Ordered(_ordered_before(cart, said), is_new=False)
        acting = _as_it_is_now(acting, at=at)
        acting.insist_on(Permission.ORDERS_PLACE)
        if cart is None:
            raise Cart.DoesNotExist
        if not person.email:
            raise EmailRequiredError
        content = _orderable(cart, acting, expected_total=said.expected_total if sees_prices else None, at=at)
        _refuse_hidden_method(acting, said.payment_method)
        shipping, billing = _addresses(acting, said)
        # The last of all refusals: what prices come to is told to nobody who only tries.
        if content.total >= LARGEST_TOTAL:
            raise TotalTooLargeError
        submission = _submission(content, acting, person, said, shipping=shipping, billing=billing, at=at)
        order = receive_asserted_order(
            submission=submission, customer=person, account=acting.account, by=acting.by, at=at
        )
        _close(cart, order, said, at=at)
        activate_the_latest(Cart.objects.of(acting).open(), at=at)
    return Ordered(order, is_new=True)


def _as_it_is_now(acting: Acting, *, at: datetime) -> Acting:
    """The association, its role and the account as they are now, whatever the request had read before.

    The account is neither suspended nor deleted while the order is placed, and the association, which is changed under
    the lock of the person, stays. Raises AccountNotAssociatedError.
    """
    if acting.account is None:
        return acting
    found = Associate.objects.in_force(at=at).filter(customer=acting.customer, account=acting.account)
    locked = found.select_related("account", "role").select_for_update(of=["account"], no_key=True).first()
    if locked is None:
        raise AccountNotAssociatedError
    return replace(acting, account=locked.account, role=locked.role)


def _ordered_before(cart: Cart, said: CartOrder) -> Order:
    assert cart.ordered_with is not None, "a constraint of the table"
    if bytes(cart.ordered_with) != said.digest():
        raise CartOrderedError
    return Order.objects.with_identity().with_parts().get(cart=cart)


def _orderable(cart: Cart, acting: Acting, *, expected_total: Decimal | None, at: datetime) -> PricedCart:
    content = priced_cart(cart, acting=acting, at=at)
    if not content.lines:
        raise CartEmptyError
    missing = [LeftOut(line.sku, quote.reason) for line, quote in content.lines if quote.reason is not None]
    if missing:
        raise LineUnavailableError(missing)
    if expected_total is not None and expected_total != content.total:
        raise PriceChangedError(content, acting)
    return content


def _refuse_hidden_method(acting: Acting, code: str) -> None:
    visible = visible_payment_methods(account=acting.account, storefront=acting.storefront)
    if code not in {each.method.code for each in visible}:
        raise PaymentMethodNotVisibleError(code)


def _addresses(acting: Acting, said: CartOrder) -> tuple[PostalAddress, PostalAddress]:
    """Where it is shipped and billed to, out of the one book that is meant."""
    wanted = Q(code__in=[said.shipping_address_id, said.billing_address_id]) | Q(default_billing=True)
    book = list(_book(acting.account, acting.customer, wanted))
    by_code: Mapping[str, PostalAddress] = {address.code: address for address in book}
    with collecting() as errors:
        with errors.taking():
            shipping = _usable(by_code, said.shipping_address_id, "shipping")
        with errors.taking():
            if said.billing_address_id:
                billing = _usable(by_code, said.billing_address_id, "billing")
            else:
                billing = _billed_by_default(book, by_code.get(said.shipping_address_id))
    return shipping, billing


def _book(account: Account | None, customer: Customer, wanted: Q) -> Any:
    if account is not None:
        return AccountAddress.objects.filter(wanted, account=account)
    return CustomerAddress.objects.filter(wanted, customer=customer)


def _usable(by_code: Mapping[str, PostalAddress], code: str, use: str) -> PostalAddress:
    field = f"{use}_address_id"
    address = by_code.get(code)
    if address is None:
        sentence = _("There is no such address in this address book.")
        raise ValidationError({field: ValidationError(sentence, code="unknown_address")})
    if not getattr(address, f"is_{use}"):
        raise ValidationError({field: ValidationError(_("This address is not for that."), code="address_not_usable")})
    return address


def _billed_by_default(book: list[PostalAddress], shipping: PostalAddress | None) -> PostalAddress:
    default = next((address for address in book if address.default_billing), None)
    if default is not None:
        return default
    if shipping is not None and shipping.is_billing:
        return shipping
    sentence = _("There is no default address to bill to. Say which.")
    raise ValidationError({"billing_address_id": ValidationError(sentence, code="required")})


def _submission(
    content: PricedCart,
    acting: Acting,
    person: Customer,
    said: CartOrder,
    *,
    shipping: PostalAddress,
    billing: PostalAddress,
    at: datetime,
) -> OrderSubmission:
    lines = [
        LineDraft(line.sku, line.quantity, quote.unit_price, quote.name or line.name)
        for line, quote in content.lines
        if quote.unit_price is not None
    ]
    return OrderSubmission(
        storefront=acting.storefront,
        number="",
        kind=OrderKind.B2B if acting.account else OrderKind.B2C,
        placed_at=at,
        currency=acting.storefront.currency,
        claim=Claim(person.email, person.phone, person.first_name, person.last_name),
        lines=tuple(lines),
        totals=Totals(total=content.total, subtotal=content.total),
        purchase_order_number=said.purchase_order_number,
        payment_method=said.payment_method,
        billing_address=_copied(billing),
        shipping_address=_copied(shipping),
    )


def _copied(address: PostalAddress) -> AddressDraft:
    return AddressDraft(**{name: getattr(address, name) for name in AddressDraft.__slots__})


def _close(cart: Cart, order: Order, said: CartOrder, *, at: datetime) -> None:
    """The order has the lines from now on."""
    CartLine.objects.filter(cart=cart).delete()
    cart.order, cart.ordered_with, cart.active, cart.updated_at = order, said.digest(), False, at
    cart.save(update_fields=["order", "ordered_with", "active", "updated_at"])
