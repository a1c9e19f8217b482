"""How much text an order of a shop may bring, and how much fits into carts and lists."""

# Whatever people type as their name, address, e-mail or phone: no reason to refuse an order.
LONGEST_TYPED = 1000

MOST_CARTS = 50  # open ones of one set
MOST_CART_LINES = 500
MOST_PIECES = 1_000_000  # of one line of a cart or a list

MOST_LISTS = 100  # of one set
MOST_LIST_LINES = 500
