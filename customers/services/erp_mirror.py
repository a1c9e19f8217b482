"""Keep the mirror of an ERP's customers: the systems themselves, and what was read of each customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime

from django.core.exceptions import ValidationError

from customers.identifiers import normal_email, normal_phone
from customers.models import ErpCustomer, ErpIdentifier, ErpSystem, IdentifierKind
from events.recording import Fact, record
from events.transaction import lock_key, transaction
from storefronts.regions import is_region

EMAIL_SLOTS = ("email_1", "email_2")
PHONE_SLOTS = ("phone_1", "phone_2", "mobile_1", "mobile_2")


@dataclass(frozen=True, slots=True)
class ErpCustomerRecord:
    """One ERP customer as read: `emails` and `phones` by slot (EMAIL_SLOTS, PHONE_SLOTS), as the ERP spells them."""

    number: str
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    is_business: bool = False
    category: str = ""
    allows_orders: bool = True
    first_sale_on: date | None = None
    last_sale_on: date | None = None
    loyalty_card: str = ""
    loyalty_points: int | None = None
    changed_at: datetime | None = None
    emails: Mapping[str, str] = field(default_factory=dict)
    phones: Mapping[str, str] = field(default_factory=dict)


COPIED = tuple(item.name for item in fields(ErpCustomerRecord) if item.name not in {"number", "emails", "phones"})


@dataclass(frozen=True, slots=True)
class MirrorCounts:
    """What a write to the mirror did, in customers."""

    created: int
    changed: int
    same: int


class UnknownErpSystemError(LookupError):
    """No ERP system has that code."""


def erp_system_codes() -> list[str]:
    """The codes of all ERP systems, for storefronts that name one."""
    return list(ErpSystem.objects.order_by("code").values_list("code", flat=True))


def ensure_erp_system(
    *, code: str, default_region: str, system_customers: Sequence[str] | None = None, by: str, at: datetime
) -> ErpSystem:
    """The ERP system of that code, made where there is none; `system_customers` are added to those it has.

    Raises ValidationError for a wrong code or region.
    """
    if not is_region(default_region):
        raise ValidationError({"default_region": f"No region {default_region!r}; two capital letters, as in US."})
    with transaction(by=by, locks=[lock_key("erp_system", code)]):
        system = ErpSystem.objects.filter(code=code).first()
        known = set(system.system_customers) if system else set()
        wanted = sorted(known | set(system_customers or ()))
        if system is None:
            system = ErpSystem(code=code, default_region=default_region, system_customers=wanted)
            system.full_clean()
            system.save(force_insert=True)
            record(Fact("erp_system.created", f"erp_system:{code}"), by=by, at=at)
        elif wanted != system.system_customers:
            system.system_customers = wanted
            system.save(update_fields=["system_customers"])
            record(Fact("erp_system.changed", f"erp_system:{code}"), by=by, at=at)
    return system


def mirror_erp_customers(
    *, erp_system: ErpSystem, records: Sequence[ErpCustomerRecord], read_at: datetime, by: str
) -> MirrorCounts:
    """Bring the mirror to what was read, set-wise; what was not read stays. A gone customer that is read again is back.

    An older state never overwrites a newer one (by `changed_at`, else by `read_at`), confirms nothing and brings nobody
    back; erased rows are not refilled. Of a number that stands twice in `records` the later one counts.
    """
    latest = {item.number: item for item in records}
    with transaction(by=by, locks=[lock_key("erp_mirror", erp_system.code)]):
        known = {
            row.number: row
            for row in ErpCustomer.objects.filter(erp_system=erp_system.code, number__in=latest).prefetch_related(
                "identifiers"
            )
        }
        plan = _Plan(erp_system, read_at)
        for number, item in latest.items():
            plan.add(known.get(number), item)
        plan.write()
    return plan.counts()


def record_catch_up(
    *, erp_system: ErpSystem, began_at: datetime, complete: bool = False, by: str, at: datetime
) -> ErpSystem:
    """Note that all the ERP had changed when the catch-up began is in the mirror now: orders that wait may go on.

    `complete`: every customer was read, so those not read since it began are gone. An older catch-up than the last one
    changes nothing.
    """
    with transaction(by=by, locks=[lock_key("erp_mirror", erp_system.code)]):
        system = ErpSystem.objects.select_for_update().get(pk=erp_system.pk)
        last = system.last_catch_up_began_at
        if last is not None and began_at <= last:
            return system
        system.last_catch_up_began_at, system.last_catch_up_finished_at = began_at, at
        system.save(update_fields=["last_catch_up_began_at", "last_catch_up_finished_at"])
        gone = 0
        if complete:
            unread = ErpCustomer.objects.filter(erp_system=system.code, gone_at__isnull=True, seen_at__lt=began_at)
            gone = unread.update(gone_at=at)
        record(Fact("erp_system.caught_up", f"erp_system:{system.code}", {"gone": gone}), by=by, at=at)
    return system


class _Plan:
    """Rows to write, collected first so that the statements do not grow with the rows."""

    def __init__(self, system: ErpSystem, read_at: datetime) -> None:
        self.system = system
        self.read_at = read_at
        self.new: list[tuple[ErpCustomer, ErpCustomerRecord]] = []
        self.changed: list[tuple[ErpCustomer, ErpCustomerRecord]] = []
        self.same: list[ErpCustomer] = []
        self.unread: list[ErpCustomer] = []

    def add(self, row: ErpCustomer | None, item: ErpCustomerRecord) -> None:
        if row is None:
            row = ErpCustomer(erp_system=self.system.code, number=item.number)
            self.new.append((self._filled(row, item), item))
        elif row.erased_at is not None or self._is_older(row, item):
            self.unread.append(row)
        elif self._is_same(row, item):
            self.same.append(row)
        else:
            self.changed.append((self._filled(row, item), item))

    def _is_older(self, row: ErpCustomer, item: ErpCustomerRecord) -> bool:
        """By when the ERP changed it; where that is not known of both, by when it was read."""
        if item.changed_at is None or row.changed_at is None:
            return self.read_at < row.read_at
        return item.changed_at < row.changed_at

    def _is_same(self, row: ErpCustomer, item: ErpCustomerRecord) -> bool:
        return (
            row.gone_at is None
            and all(getattr(row, name) == getattr(item, name) for name in COPIED)
            and {(found.slot, found.key) for found in row.identifiers.all()}
            == {(slot, key) for slot, _, key in self._keys(item)}
        )

    def _filled(self, row: ErpCustomer, item: ErpCustomerRecord) -> ErpCustomer:
        for name in COPIED:
            setattr(row, name, getattr(item, name))
        row.read_at = row.seen_at = self.read_at
        row.gone_at = None
        return row

    def _keys(self, item: ErpCustomerRecord) -> list[tuple[str, IdentifierKind, str]]:
        emails = [(slot, IdentifierKind.EMAIL, normal_email(text)) for slot, text in item.emails.items()]
        region = self.system.default_region
        phones = [(slot, IdentifierKind.PHONE, normal_phone(text, region)) for slot, text in item.phones.items()]
        return [(slot, kind, key) for slot, kind, key in (*emails, *phones) if key]

    def write(self) -> None:
        ErpCustomer.objects.bulk_create([row for row, _ in self.new], batch_size=5000)
        ErpCustomer.objects.bulk_update(
            [row for row, _ in self.changed], [*COPIED, "read_at", "seen_at", "gone_at"], batch_size=1000
        )
        moment = self.read_at
        same, unread = [row.pk for row in self.same], [row.pk for row in self.unread]
        ErpCustomer.objects.filter(read_at__lt=moment, pk__in=same).update(read_at=moment)
        ErpCustomer.objects.filter(seen_at__lt=moment, pk__in=[*same, *unread]).update(seen_at=moment)
        ErpIdentifier.objects.filter(erp_customer__in=[row.pk for row, _ in self.changed]).delete()
        ErpIdentifier.objects.bulk_create(
            [
                ErpIdentifier(erp_customer=row, erp_system=self.system.code, slot=slot, kind=kind, key=key)
                for row, item in (*self.new, *self.changed)
                for slot, kind, key in self._keys(item)
            ],
            batch_size=5000,
        )

    def counts(self) -> MirrorCounts:
        return MirrorCounts(created=len(self.new), changed=len(self.changed), same=len(self.same) + len(self.unread))
