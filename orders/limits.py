"""How much text an order of a shop may bring."""

# Whatever people type as their name, address, e-mail or phone: no reason to refuse an order.
LONGEST_TYPED = 1000
