"""Take in the orders of a file."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from integrations.files.reading import UnreadableFileError, open_json
from integrations.ports import OrderFormat, OrderKindRule, OrderSurroundings, PartsByOrder, Problem, RowRefusedError
from integrations.services.reports import ImportReport, OnRefusal
from integrations.services.rows import batches, one_batch, refuse, translated_rows
from orders.services.intake import OrderExistsWithOtherContentError, receive_orders
from orders.submissions import OrderSubmission
from storefronts.models import Storefront

MOST_NUMBERS_SHOWN = 10
OTHER_CONTENT = Problem("", "is here already with other content; an import never changes an order")


def import_orders(
    *,
    path: Path,
    file_format: OrderFormat,
    storefront: Storefront,
    kind: OrderKindRule = OrderKindRule.COMPANY,
    products: Path | None = None,
    shipping_addresses: Path | None = None,
    dry_run: bool = False,
    on_refusal: OnRefusal,
    by: str,
    at: datetime,
) -> ImportReport:
    """Take the orders of the file in, in its order, as if posted one after another. `storefront` comes with its policy.

    An order that is here already counts as `same`, or is refused where its content differs. Products and addresses come
    from inside the orders, else from the two files, held in memory. Each batch is a transaction of its own.

    Raises UnreadableFileError, also for a file beside the orders of which any row is wrong: whose it was is unknown
    then, and an order that lacks a line must not pass for a whole one.
    """
    beside = (_parts(products, file_format), _parts(shipping_addresses, file_format))
    surroundings = OrderSurroundings(storefront, kind, *beside)
    report, outcomes = ImportReport(), Counter[str]()
    with open_json(path) as file:
        report.encoding = file.encoding

        def read(row: object) -> OrderSubmission:
            return file_format.read(row, surroundings)

        rows = translated_rows(file.rows, unwrap=file_format.unwrap, read=read, report=report, on_refusal=on_refusal)
        for batch in batches(rows):
            with one_batch(dry_run=dry_run):
                _receive(batch, report, outcomes, on_refusal=on_refusal, by=by, at=at)
    report.notes = [
        *_by_outcome(outcomes),
        *_left_over("Products", surroundings.products),
        *_left_over("Shipping addresses", surroundings.shipping_addresses),
    ]
    return report


def _receive(
    batch: list[tuple[str, OrderSubmission]],
    report: ImportReport,
    outcomes: Counter[str],
    *,
    on_refusal: OnRefusal,
    by: str,
    at: datetime,
) -> None:
    answers = receive_orders(submissions=[submission for _, submission in batch], by=by, at=at)
    for (place, _), answer in zip(batch, answers, strict=True):
        if isinstance(answer, OrderExistsWithOtherContentError):
            refuse(place, [OTHER_CONTENT], report=report, on_refusal=on_refusal)
        elif answer.is_new:
            report.new += 1
            outcomes[str(answer.order.outcome)] += 1
        else:
            report.same += 1


def _parts(path: Path | None, file_format: OrderFormat) -> PartsByOrder:
    parts: dict[str, list[object]] = defaultdict(list)
    if path is None:
        return PartsByOrder()
    with open_json(path) as file:
        for row in file.rows:
            if row.problem:
                raise UnreadableFileError(f"{path}, {row.place}, is not JSON: {row.problem}.")
            for part in row.value if isinstance(row.value, list) else [row.value]:
                parts[_number_of(part, file_format.order_of_part, f"{path}, {row.place}")].append(part)
    return PartsByOrder(parts)


def _number_of(part: object, order_of_part: Callable[[object], str], place: str) -> str:
    try:
        return order_of_part(part)
    except RowRefusedError as error:
        raise UnreadableFileError(f"{place}: {error}.") from error


def _by_outcome(outcomes: Counter[str]) -> list[str]:
    counts = ", ".join(f"{word} {count}" for word, count in sorted(outcomes.items()))
    return [f"New by outcome: {counts}"] if counts else []


def _left_over(what: str, parts: PartsByOrder) -> list[str]:
    numbers = parts.left_over()
    if not numbers:
        return []
    more = f" and {len(numbers) - MOST_NUMBERS_SHOWN} more" if len(numbers) > MOST_NUMBERS_SHOWN else ""
    return [f"{what} of orders that are not in the file: {', '.join(numbers[:MOST_NUMBERS_SHOWN])}{more}"]
