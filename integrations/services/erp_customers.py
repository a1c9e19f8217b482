"""Fill the mirror of an ERP's customers from a file."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from customers.models import ErpSystem
from customers.services.erp_mirror import ensure_erp_system, mirror_erp_customers, record_catch_up
from integrations.files.reading import open_json
from integrations.ports import ErpCustomerFormat
from integrations.services.reports import ImportReport, OnRefusal
from integrations.services.rows import batches, one_batch, translated_rows


class OtherRegionError(Exception):
    """The ERP system reads its phone numbers in another region than the one given."""


def import_erp_customers(
    *,
    path: Path,
    file_format: ErpCustomerFormat,
    erp_system: str,
    region: str = "",
    default_region: str,
    system_customers: Sequence[str] = (),
    complete: bool = False,
    dry_run: bool = False,
    on_refusal: OnRefusal,
    by: str,
    at: datetime,
) -> ImportReport:
    """Bring the mirror of the ERP system to what the file says. The system is made where there is none.

    `region` (ISO 3166-1 alpha-2) is for a system that is made, `default_region` where none is given. Customers that are
    not in the file stay, unless it is `complete`: then they are gone, and the load is recorded as a catch-up, so that
    waiting orders go on. No file is complete with refused rows, nor without customers. Each batch is a transaction of
    its own: after a kill, the same call goes on where it stopped.

    Raises UnreadableFileError, OtherRegionError, and ValidationError for a code or region that is none.
    """
    report, read_in = ImportReport(), region or default_region
    with open_json(path) as file:
        report.encoding = file.encoding
        _refuse_other_region(erp_system, region)
        rows = translated_rows(
            file.rows, unwrap=file_format.unwrap, read=file_format.read, report=report, on_refusal=on_refusal
        )
        for batch in batches(rows):
            with one_batch(dry_run=dry_run):
                system = ensure_erp_system(
                    code=erp_system, default_region=read_in, system_customers=system_customers, by=by, at=at
                )
                counts = mirror_erp_customers(
                    erp_system=system, records=[record for _, record in batch], read_at=at, by=by
                )
            report.new += counts.created
            report.changed += counts.changed
            report.same += len(batch) - counts.created - counts.changed
    if complete:
        _finish(report, erp_system, dry_run=dry_run, by=by, at=at)
    return report


def _finish(report: ImportReport, erp_system: str, *, dry_run: bool, by: str, at: datetime) -> None:
    system = ErpSystem.objects.filter(code=erp_system).first()
    if report.refused:
        report.notes.append("Rows were refused, so the file does not count as complete: nobody is marked as gone")
    elif not report.new + report.changed + report.same:
        report.notes.append("The file holds no customer, so it does not count as complete: nobody is marked as gone")
    elif system is not None and not dry_run:
        record_catch_up(erp_system=system, began_at=at, complete=True, by=by, at=at)
        report.notes.append("Recorded as a catch-up: customers that are not in the file are gone")


def _refuse_other_region(erp_system: str, region: str) -> None:
    known = ErpSystem.objects.filter(code=erp_system).first()
    if region and known is not None and known.default_region != region:
        raise OtherRegionError(
            f"The ERP system {erp_system} reads phone numbers as numbers of {known.default_region}, not of {region}."
        )
