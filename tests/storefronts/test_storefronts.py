"""Storefronts, and the versions of how their orders are decided."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.db.transaction import atomic

from customers.services.erp_mirror import ensure_erp_system
from events.concurrency import StaleError
from events.models import Event
from storefronts.models import ResolutionPolicy, Storefront
from storefronts.services.storefronts import change_storefront, create_storefront
from tests.factories import NOW, StorefrontFactory
from tests.parallel import another_client, in_processes, waits_for_a_lock

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
StorefrontEvent = Storefront.pgh_event_models["update"]


def change(shop: Storefront, **changes) -> Storefront:
    return change_storefront(storefront=shop, by="staff:12", at=LATER, **changes)


def versions(shop: Storefront) -> list[int]:
    return list(shop.policies.order_by("version").values_list("version", flat=True))


def events_of(shop: Storefront) -> list[tuple[str, dict]]:
    return list(Event.objects.filter(subject=f"storefront:{shop.code}").order_by("id").values_list("name", "payload"))


def test_created_with_version_1_of_its_policy():
    shop = create_storefront(
        code="us",
        name="US",
        currency="USD",
        default_region="US",
        policy={"b2b_ambiguous": "oldest"},
        by="staff:12",
        at=NOW,
    )

    policy = ResolutionPolicy.objects.get()
    shop.refresh_from_db()
    assert shop.current_policy == policy
    assert (policy.storefront, policy.version, policy.changed_by, policy.at) == (shop, 1, "staff:12", NOW)
    assert policy.settings["b2b_ambiguous"] == "oldest"
    assert policy.settings["b2c_ambiguous"] == "oldest"
    assert (policy.settings["default_region"], policy.settings["erp_system"]) == ("US", "")
    assert (shop.reference_prefix, shop.reference_step_min, shop.reference_step_max, shop.b2c_erp) == (
        "C-",
        3,
        9,
        "none",
    )
    assert (shop.created_at, shop.updated_at) == (NOW, NOW)
    assert events_of(shop) == [("storefront.created", {})]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"code": "US"}, {"code": ["Lower-case letters, digits, - and _ only; at most 40."]}),
        ({"code": "-us"}, {"code": ["Lower-case letters, digits, - and _ only; at most 40."]}),
        ({"code": "us\n"}, {"code": ["Lower-case letters, digits, - and _ only; at most 40."]}),
        ({"code": ""}, {"code": ["This field cannot be blank."]}),
        ({"name": ""}, {"name": ["This field cannot be blank."]}),
        ({"url": "shop"}, {"url": ["Enter a valid URL."]}),
        ({"currency": "usd"}, {"currency": ["Three capital letters, as in USD (ISO 4217)."]}),
        ({"default_region": "usa"}, None),
        ({"default_region": "u1"}, {"default_region": ["Two capital letters of a country, as in US (ISO 3166-1)."]}),
        ({"b2c_erp": "maybe"}, None),
        ({"reference_step_min": 0}, None),
        (
            {"reference_step_min": 9, "reference_step_max": 8},
            {"__all__": ["The smallest step is at least 1, the largest not below the smallest."]},
        ),
        ({"reference_step_max": 1001}, {"reference_step_max": ["Ensure this value is less than or equal to 1000."]}),
        ({"policy": {"b2b_steps": []}}, {"policy.b2b_steps": ["At least one step."]}),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(fields, wrong):
    values = {"code": "us", "name": "US", "currency": "USD", "default_region": "US", **fields}

    with pytest.raises(ValidationError) as refused:
        create_storefront(**values, by="staff:12", at=NOW)

    if wrong is None:  # more than one sentence
        assert set(refused.value.message_dict) <= {*fields, "__all__"}
    else:
        assert refused.value.message_dict == wrong
    assert (Storefront.objects.count(), ResolutionPolicy.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_a_code_that_is_taken():
    StorefrontFactory(code="us")

    with pytest.raises(ValidationError) as refused:
        StorefrontFactory(code="us", name="Another")

    assert refused.value.message_dict == {"code": ["Storefront with this Code already exists."]}


def test_a_misspelt_field_is_a_mistake_of_the_caller(us):
    with pytest.raises(TypeError, match=r"no writable field code\.$"):
        change(us, code="ca")
    with pytest.raises(TypeError, match="no writable field currencies, nam"):
        create_storefront(code="ca", nam="x", currencies=[], by="staff:12", at=NOW)


def test_a_policy_change_writes_the_next_version_and_keeps_the_last(us):
    changed = change(us, policy={"placeholders": ["none@"]})

    assert versions(us) == [1, 2]
    assert changed.current_policy.version == 2
    assert changed.current_policy.changed_by == "staff:12"
    assert changed.current_policy.at == changed.updated_at == LATER
    first, second = us.policies.order_by("version")
    assert first.settings == {**second.settings, "placeholders": []}
    assert events_of(us)[1:] == [("storefront.changed", {"fields": ["current_policy"]})]


def test_what_a_policy_change_leaves_out_stays(us):
    change(us, policy={"b2b_ambiguous": "oldest"})
    changed = change(us, policy={"assume_complete": True})

    assert changed.current_policy.settings["b2b_ambiguous"] == "oldest"
    assert changed.current_policy.settings["assume_complete"] is True
    assert versions(us) == [1, 2, 3]


@pytest.mark.parametrize("changes", [{"default_region": "DE"}, {"erp_system": "counterpoint-main"}])
def test_region_and_erp_system_decide_too_so_they_make_a_version(us, changes):
    ensure_erp_system(code="counterpoint-main", default_region="US", by="staff:opal", at=NOW)
    changed = change(us, **changes)

    assert versions(us) == [1, 2]
    assert {name: changed.current_policy.settings[name] for name in changes} == changes
    assert events_of(us)[1:] == [("storefront.changed", {"fields": sorted([*changes, "current_policy"])})]


def test_what_decides_nothing_makes_no_version(us):
    change(us, name="Acme US", currency="CAD")

    assert versions(us) == [1]
    us.refresh_from_db()
    assert (us.name, us.currency, us.updated_at) == ("Acme US", "CAD", LATER)
    assert events_of(us)[1:] == [("storefront.changed", {"fields": ["currency", "name"]})]


def test_unchanged_input_writes_nothing(us):
    before = StorefrontEvent.objects.count()

    change(us, name=us.name, locales=[], policy=us.policy_settings() | {"b2b_ambiguous": "hold"})

    us.refresh_from_db()
    assert (us.updated_at, versions(us)) == (NOW, [1])
    assert [name for name, _ in events_of(us)] == ["storefront.created"]
    assert StorefrontEvent.objects.count() == before


def test_a_wrong_change_changes_nothing(us):
    with pytest.raises(ValidationError) as refused:
        change(us, name="New", policy={"b2b_ambiguous": "x"})

    us.refresh_from_db()
    assert refused.value.message_dict == {"policy.b2b_ambiguous": ["One of hold, earliest_sale, oldest."]}
    assert (us.name, versions(us)) == ("Acme Supplies US", [1])


def test_on_a_state_that_is_no_longer_so(us):
    change(us, name="First", seen_at=NOW)

    with pytest.raises(StaleError):
        change(us, name="Second", seen_at=NOW)

    us.refresh_from_db()
    assert us.name == "First"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE storefronts_resolutionpolicy SET changed_by = 'me'",
        "UPDATE storefronts_resolutionpolicy SET settings = '{}'",
        "DELETE FROM storefronts_resolutionpolicy",
    ],
)
def test_the_database_refuses_to_change_a_version(us, statement):
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete rows from storefronts_resolutionpolicy"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_are_two_versions(us):
    with another_client() as opal, another_client() as system:
        scope = atomic()
        opal.enter(scope)
        opal.do(change, us, policy={"b2b_ambiguous": "oldest"})
        backend = system.backend()
        second = system.begin(change, us, policy={"assume_complete": True})
        assert waits_for_a_lock(backend)
        opal.leave(scope)
        second.result(10)

    us.refresh_from_db()
    assert versions(us) == [1, 2, 3]
    assert us.current_policy.version == 3
    settings = us.current_policy.settings
    assert (settings["b2b_ambiguous"], settings["assume_complete"]) == ("oldest", True)


@pytest.mark.django_db(transaction=True)
def test_one_code_created_at_once_by_many_is_created_once():
    def create(index: int) -> None:
        try:
            StorefrontFactory(code="us", name=f"By {index}")
        except ValidationError as error:
            assert error.message_dict == {"code": ["Storefront with this Code already exists."]}  # noqa: PT017

    assert in_processes(4, create) == []
    assert Storefront.objects.count() == ResolutionPolicy.objects.count() == 1


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ValidationError) as refused:
        create_storefront(
            code="us",
            name="",
            currency="USD",
            default_region="ZZ",
            erp_system="nowhere",
            policy={"placeholders": ["x"], "b2b_steps": []},
            by="staff:opal",
            at=NOW,
        )
    assert set(refused.value.message_dict) == {
        "name", "default_region", "erp_system", "policy.placeholders", "policy.b2b_steps",
    }  # fmt: skip
    assert refused.value.message_dict["erp_system"] == ["There is no ERP system of this code."]


def test_a_storefront_names_an_erp_system_that_is_there():
    shop = StorefrontFactory()
    ensure_erp_system(code="cp", default_region="US", by="staff:opal", at=NOW)
    assert change_storefront(storefront=shop, erp_system="cp", by="staff:opal", at=NOW).erp_system == "cp"
    with pytest.raises(ValidationError, match="There is no ERP system of this code"):
        change_storefront(storefront=shop, erp_system="cq", by="staff:opal", at=NOW)
    shop.refresh_from_db()
    assert shop.erp_system == "cp"
