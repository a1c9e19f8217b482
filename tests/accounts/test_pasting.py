"""Rows pasted from a spreadsheet."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.pasting import MOST_ROWS, PastedTooMuchError, UnreadableCellError, amount_in, pasted_rows, yes_or_no
from tests import sizes

COLUMNS = ("sku", "unit_price")
HEADINGS = {"sku": "sku", "price": "unit_price"}


def cells(text):
    return [(row.number, dict(row.cells)) for row in pasted_rows(text, columns=COLUMNS, headings=HEADINGS)]


@pytest.mark.parametrize("separator", ["\t", ";", ","])
def test_separated_as_spreadsheets_do_it(separator):
    text = f"A{separator}1.50\n\nB{separator}2"
    assert cells(text) == [(1, {"sku": "A", "unit_price": "1.50"}), (3, {"sku": "B", "unit_price": "2"})]


def test_headings_put_the_columns_in_order_and_unknown_ones_are_passed_over():
    assert cells("Price\tColour\tSKU\n5\tred\tA") == [(2, {"unit_price": "5", "sku": "A"})]


def test_cells_in_quotes_hold_what_separates():
    assert cells('"A,1",2\n') == [(1, {"sku": "A,1", "unit_price": "2"})]


@pytest.mark.parametrize("text", ["", "\n \n", "SKU\tPrice\n"])
def test_nothing_is_no_row(text):
    assert cells(text) == []


def test_too_many_rows_are_refused():
    assert len(pasted_rows("A\t1\n" * MOST_ROWS, columns=COLUMNS, headings=HEADINGS)) == MOST_ROWS
    with pytest.raises(PastedTooMuchError):
        pasted_rows("A\t1\n" * (MOST_ROWS + 1), columns=COLUMNS, headings=HEADINGS)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("19.90", "19.90"), ("19,90", "19.90"), ("$ 19.90", "19.90"), ("19,90 €", "19.90"), ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"), ("1'234.50", "1234.50"), ("1,234,567", "1234567"), ("1234", "1234"), ("-5", "-5"),
        ("0.1234", "0.1234"), ("12.345", "12.345"),
    ],
)  # fmt: skip
def test_amounts_however_written(cell, amount):
    assert amount_in(cell) == Decimal(amount)


@pytest.mark.parametrize("cell", ["", "1,234", "abc", "1.2.3", "1,2,3", "--1", "1e5", "NaN"])
def test_what_is_no_amount_or_could_be_two(cell):
    with pytest.raises(UnreadableCellError):
        amount_in(cell)


def test_yes_and_no():
    assert [yes_or_no(word) for word in ("", "Yes", "x", "no", "FALSE")] == [True, True, True, False, False]
    with pytest.raises(UnreadableCellError):
        yes_or_no("perhaps")


PLAIN = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12).filter(
    lambda text: text.strip() and text.strip().lower() not in HEADINGS
)


@settings(max_examples=sizes.of(1000), deadline=None)
@given(st.lists(st.tuples(PLAIN, st.decimals(0, 10**9, places=2)), min_size=1, max_size=20))
def test_what_a_spreadsheet_copies_comes_back(rows):
    text = "\n".join(f"{sku}\t{price}" for sku, price in rows)
    found = pasted_rows(text, columns=COLUMNS, headings=HEADINGS)
    assert [(row.cells["sku"], amount_in(row.cells["unit_price"])) for row in found] == [
        (sku.strip(), price) for sku, price in rows
    ]
