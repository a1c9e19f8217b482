"""Rows pasted from a spreadsheet: what is read, and what is rather refused than guessed."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.pasting import (
    MOST_ROWS,
    PastedRow,
    PastedTooMuchError,
    UnreadableCellError,
    amount_in,
    count_in,
    pasted_rows,
    yes_or_no,
)

COLUMNS = ("sku", "price", "quantity")
HEADINGS = {"sku": "sku", "artikel": "sku", "price": "price", "preis": "price", "from": "quantity", "ab": "quantity"}
SAW = {"sku": "SAW-10", "price": "19,90", "quantity": "5"}


def rows(text):
    return [(row.number, dict(row.cells)) for row in pasted_rows(text, columns=COLUMNS, headings=HEADINGS)]


@pytest.mark.parametrize(
    "text",
    [
        "SAW-10\t19,90\t5",
        "SAW-10;19,90;5",
        'SAW-10,"19,90",5',
        " SAW-10 \t 19,90 \t 5 \r\n",
        "SAW-10;19,90;5;more;than;asked",
    ],
)
def test_tabs_semicolons_or_commas(text):
    assert rows(text) == [(1, SAW)]


@pytest.mark.parametrize(
    "text",
    [
        "SKU\tPrice\tFrom\nSAW-10\t19,90\t5",
        "AB;Preis;Artikel\n5;19,90;SAW-10",
        "price\tnobody knows\tSKU\tfrom\n19,90\t???\tSAW-10\t5",
        "\ufeffSKU\tPrice\tFrom\nSAW-10\t19,90\t5",
    ],
)
def test_headings_in_any_order(text):
    assert rows(text) == [(2, SAW)]


def test_a_column_that_the_headings_do_not_name_is_not_there():
    assert rows("Preis\n19,90") == [(2, {"price": "19,90"})]


def test_blank_rows_are_passed_over_and_rows_keep_their_numbers():
    assert rows("\n\nSKU\tPrice\n\t\t\nA\t1\n\nB\t2\n") == [
        (5, {"sku": "A", "price": "1"}),
        (7, {"sku": "B", "price": "2"}),
    ]
    assert rows("") == rows(" \n\t\n") == rows(";;\n") == []


def test_short_rows_have_fewer_cells():
    assert rows("A\t1\nB\t\t3") == [(1, {"sku": "A", "price": "1"}), (2, {"sku": "B", "price": "", "quantity": "3"})]


def test_too_many_rows_are_refused_and_headings_are_none_of_them():
    full = "SKU\n" + "\n".join(["A"] * MOST_ROWS)
    assert len(rows(full)) == MOST_ROWS
    with pytest.raises(PastedTooMuchError, match=r"5001 rows; at most 5000"):
        rows(full + "\nA")


def test_a_cell_without_an_end_is_an_error_of_the_paste_not_of_the_program():
    """A quotation mark that is never closed takes everything behind it for one cell."""
    with pytest.raises(PastedTooMuchError):
        rows('A\t"' + "x" * 200_000)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("19.90", "19.90"),
        ("19,90", "19.90"),
        ("7", "7"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234.567", "1234.567"),
        ("1.234,567", "1234.567"),
        ("1 234,5", "1234.5"),
        ("1'234.50", "1234.50"),
        ("12,345,678", "12345678"),
        ("1.234.567,89", "1234567.89"),
        ("0.1234", "0.1234"),
        ("0,5", "0.5"),
        ("$ 19.90", "19.90"),
        ("19,90 €", "19.90"),
        ("EUR 1.234,50", "1234.50"),
        ("USD -5", "-5"),
        ("-19,90", "-19.90"),
        ("+3", "3"),
    ],
)
def test_english_and_german_amounts(cell, amount):
    assert amount_in(cell) == Decimal(amount)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "-",
        "free",
        "1,234",
        "$1,234",
        "1,23,456.7",
        "1.2.3",
        "12.345,67.8",
        "1,234'567",
        "1.234 567",
        "1e5",
        "5 x 3",
    ],
)
def test_what_is_no_amount_or_could_be_two_is_refused(cell):
    with pytest.raises(UnreadableCellError):
        amount_in(cell)


@pytest.mark.parametrize("cell", [".50", ",50", "$.50", "(12.50)", "12.50-"])
def test_an_amount_is_never_another_than_was_meant(cell):
    """Half a dollar is not fifty, and what an accountant writes as negative is not positive."""
    with pytest.raises(UnreadableCellError):
        amount_in(cell)


@given(st.decimals("0", "99999999", places=2), st.sampled_from([(",", "."), (".", ","), ("'", "."), (" ", ",")]))
def test_any_amount_of_money_as_people_write_it(amount, signs):
    thousands, point = signs
    whole, _, cents = f"{amount:,.2f}".partition(".")
    assert amount_in(whole.replace(",", thousands) + point + cents) == amount
    assert amount_in(f"{amount:.2f}".replace(".", point)) == amount


def test_counts():
    assert [count_in(cell) for cell in ("", "1", "250", "007")] == [1, 1, 250, 7]
    for cell in ("-1", "1.5", "1,000", "x", "²", "٣", "1" * 10):
        with pytest.raises(UnreadableCellError):
            count_in(cell)


def test_yes_and_no():
    assert [yes_or_no(cell) for cell in ("", "Yes", "JA", "x", "1", "true")] == [True] * 6
    assert [yes_or_no(cell) for cell in ("no", "Nein", "0", "-", "FALSE")] == [False] * 5
    with pytest.raises(UnreadableCellError):
        yes_or_no("maybe")


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(str.strip)
first_cells = cells.filter(lambda cell: bool(cell) and cell.lower() not in HEADINGS)


@given(st.lists(st.tuples(first_cells, cells, cells), min_size=1, max_size=8))
def test_what_a_spreadsheet_wrote_is_read_as_it_was(table):
    """Written as spreadsheets do: tabs between cells, quotation marks around what needs them."""
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\r\n").writerows(table)
    headed = "SKU\tPrice\tFrom\r\n" + text.getvalue()

    found = pasted_rows(headed, columns=COLUMNS, headings=HEADINGS)

    expected = [PastedRow(number, dict(zip(COLUMNS, row, strict=True))) for number, row in enumerate(table, start=2)]
    assert found == expected


def test_lines_within_a_cell_stay():
    assert rows('SAW-10\t"19,90"\t5\nB\t"two\nlines"\t7') == [
        (1, SAW),
        (2, {"sku": "B", "price": "two\nlines", "quantity": "7"}),
    ]
