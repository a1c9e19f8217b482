"""Whose a B2B order is, over HTTP: the plain paths and what holds an order."""

from customers.models import Customer, CustomerExternalId, ErpCustomer
from customers.services.erp_mirror import ensure_erp_system
from orders.models import DecisionEvidence, IdentityDecision, Order
from storefronts.services.storefronts import change_storefront
from tests.orders.conftest import Send
from tests.shop import SALE_2019, SALE_2021, Shop


def test_a_contact_leads_to_its_account_and_the_erp_is_not_asked(shop: Shop, send: Send) -> None:
    acme = shop.account("Acme", number="1000")
    shop.contact(acme, "ana@acme.example")
    shop.erp_customer("2000", emails=["ana@acme.example"])

    identity = send(email="  ANA@acme.EXAMPLE ")

    receipt = identity.pop("receipt")
    assert identity == {
        "outcome": "account",
        "reason": None,
        "account": {"shared_id": acme.shared_id, "account_number": "1000", "name": "Acme"},
        "customer": None,
        "erp_customer_number": "1000",
    }
    decision = IdentityDecision.objects.get(pk=receipt.rsplit("/", 1)[1])
    steps = decision.receipt_content()["steps"]
    assert [(step["step"], step["result"], step["why"]) for step in steps] == [
        ("account_contact_email", "match", "only_match"),
        ("erp_email", "skipped", "not_needed"),
        ("erp_phone", "skipped", "not_needed"),
        ("own_customer", "skipped", "not_needed"),
        ("create", "skipped", "not_needed"),
    ]
    assert Customer.objects.count() == 0


def test_any_of_five_contacts_resolves_to_the_account(shop: Shop, send: Send) -> None:
    acme = shop.account("Acme", number="1000")
    for index in range(5):
        shop.contact(acme, f"buyer{index}@acme.example")
    outcomes = {send(f"10{index}", email=f"buyer{index}@acme.example")["account"]["shared_id"] for index in range(5)}
    assert outcomes == {acme.shared_id}


def test_a_child_account_takes_the_number_of_its_nearest_ancestor(shop: Shop, send: Send) -> None:
    acme = shop.account("Acme", number="1000")
    west = shop.account("Acme West", parent=acme)
    shop.contact(west, "ben@acme.example")

    identity = send(email="ben@acme.example")

    assert identity["account"]["shared_id"] == west.shared_id
    assert identity["account"]["account_number"] == ""
    assert identity["erp_customer_number"] == "1000"
    assert IdentityDecision.objects.get().receipt_content()["number_from"] == acme.shared_id


def test_an_account_without_any_number_gets_none(shop: Shop, send: Send) -> None:
    shop.contact(shop.account("Acme"), "ana@acme.example")
    identity = send(email="ana@acme.example")
    assert (identity["outcome"], identity["erp_customer_number"]) == ("account", None)


def test_the_contacts_customer_is_the_orders_customer(shop: Shop, send: Send) -> None:
    ana = shop.customer(email="ana@acme.example", registered=True)
    contact = shop.contact(shop.account("Acme"), "ana@acme.example")
    contact.customer = ana
    contact.save()
    assert send(email="ana@acme.example")["customer"] == {"shared_id": ana.shared_id, "reference": ana.reference}


def test_one_email_on_two_accounts_is_held(shop: Shop, send: Send) -> None:
    acme, harbor = shop.account("Acme", number="1000"), shop.account("Harbor Supply", number="1001")
    shop.contact(acme, "jo@both.example")
    shop.contact(harbor, "jo@both.example")

    identity = send(email="jo@both.example")

    assert (identity["outcome"], identity["reason"]) == ("held", "ambiguous")
    assert (identity["account"], identity["customer"], identity["erp_customer_number"]) == (None, None, None)
    (step, *rest) = IdentityDecision.objects.get().receipt_content()["steps"]
    assert step["result"] == "ambiguous"
    assert {candidate["account"] for candidate in step["candidates"]} == {acme.shared_id, harbor.shared_id}
    assert {candidate["verdict"] for candidate in step["candidates"]} == {"lost"}
    assert {each["result"] for each in rest} == {"skipped"}


def test_of_two_accounts_the_policy_oldest_takes_the_good_ones_only(shop: Shop, send: Send) -> None:
    first = shop.account("First")
    second = shop.account("Second")
    third = shop.account("Suspended", status="suspended")
    for account in (third, second, first):
        shop.contact(account, "jo@three.example")
    shop.policy(b2b_ambiguous="oldest")

    identity = send(email="jo@three.example")

    # All three were created at the same moment: the lower shared id wins, and ids rise.
    assert (identity["outcome"], identity["account"]["shared_id"]) == ("account", first.shared_id)
    (step, *_) = IdentityDecision.objects.get().receipt_content()["steps"]
    assert step["candidates"][0]["account"] == first.shared_id
    assert {(each["account"], each["verdict"], each["why"]) for each in step["candidates"]} == {
        (first.shared_id, "won", "oldest"),
        (second.shared_id, "lost", "younger"),
        (third.shared_id, "lost", "account_suspended"),
    }


def test_blocked_contacts_and_accounts_hold_the_order(shop: Shop, send: Send) -> None:
    shop.contact(shop.account("Acme"), "held@acme.example", on_hold=True)
    shop.contact(shop.account("Suspended", status="suspended"), "ana@suspended.example")
    shop.contact(shop.account("Pending", status="pending"), "ana@pending.example")
    reasons = {
        email: (identity["outcome"], identity["reason"], identity["account"])
        for number, email in enumerate(["held@acme.example", "ana@suspended.example", "ana@pending.example"])
        if (identity := send(str(number), email=email))
    }
    assert reasons == {
        "held@acme.example": ("held", "contact_on_hold", None),
        "ana@suspended.example": ("held", "account_suspended", None),
        "ana@pending.example": ("held", "account_pending", None),
    }


def test_inactive_contacts_and_disabled_accounts_lose_and_the_flow_goes_on(shop: Shop, send: Send) -> None:
    shop.contact(shop.account("Acme"), "ana@acme.example", active=False)
    shop.contact(shop.account("Gone", status="disabled"), "ana@acme.example")
    shop.erp_customer("2000", emails=["ana@acme.example"])

    identity = send(email="ana@acme.example")

    assert (identity["outcome"], identity["erp_customer_number"]) == ("erp_customer", "2000")
    (step, *_) = IdentityDecision.objects.get().receipt_content()["steps"]
    assert step["result"] == "none"
    assert {(each["verdict"], each["why"]) for each in step["candidates"]} == {
        ("lost", "contact_inactive"),
        ("lost", "account_disabled"),
    }


def test_erp_customer_by_second_email_makes_one_guest_that_carries_the_number(shop: Shop, send: Send) -> None:
    shop.erp_customer("2000", emails=["office@bill.example", "bill@bill.example"])

    first, second = send("1", email="bill@bill.example"), send("2", email="bill@bill.example")

    assert (first["outcome"], first["erp_customer_number"], first["account"]) == ("erp_customer", "2000", None)
    guest = Customer.objects.get()
    assert (guest.kind, guest.email, guest.first_name) == ("GUEST", "bill@bill.example", "Jo")
    assert first["customer"] == second["customer"] == {"shared_id": guest.shared_id, "reference": guest.reference}
    assert list(CustomerExternalId.objects.values_list("customer_id", "system", "external_id")) == [
        (guest.pk, "counterpoint-main", "2000")
    ]


def test_erp_customer_by_phone_only_after_every_email_missed(shop: Shop, send: Send) -> None:
    shop.erp_customer("2000", emails=["bill@bill.example"], phones=["", "(321) 455-1836"])

    identity = send(email="someone@else.example", phone="+1 321 455 1836 ext 12")

    assert (identity["outcome"], identity["erp_customer_number"]) == ("erp_customer", "2000")
    content = IdentityDecision.objects.get().receipt_content()
    assert content["warnings"] == ["email_differs"]
    assert content["steps"][2]["candidates"][0]["matched_on"] == ["phone_2"]


def test_an_existing_customer_with_the_email_gets_the_number_instead_of_a_new_guest(shop: Shop, send: Send) -> None:
    bill = shop.customer(email="bill@bill.example", registered=True)
    shop.erp_customer("2000", emails=["bill@bill.example"])

    assert send(email="bill@bill.example")["customer"]["shared_id"] == bill.shared_id
    assert CustomerExternalId.objects.get().customer == bill
    assert Customer.objects.count() == 1


def test_a_customer_with_another_number_is_not_given_a_second_one(shop: Shop, send: Send) -> None:
    bill = shop.customer(email="bill@bill.example", erp_system="counterpoint-main", erp_number="1999")
    shop.erp_customer("2000", emails=["bill@bill.example"])

    identity = send(email="bill@bill.example")

    assert identity["customer"]["shared_id"] != bill.shared_id
    assert identity["erp_customer_number"] == "2000"
    assert Customer.objects.count() == 2


def test_an_erp_number_that_is_an_accounts_brings_the_account_by_its_status(shop: Shop, send: Send) -> None:
    for number, status in (("2001", "active"), ("2002", "disabled"), ("2003", "suspended"), ("2004", "pending")):
        shop.account(f"Account {number}", number=number, status=status)
        shop.erp_customer(number, emails=[f"buyer@{number}.example"])
    got = {}
    for number in ("2001", "2002", "2003", "2004"):
        identity = send(number, email=f"buyer@{number}.example")
        account = identity["account"] and identity["account"]["name"]
        got[number] = (identity["outcome"], identity["reason"], account, identity["erp_customer_number"])
    assert got == {
        "2001": ("erp_customer", None, "Account 2001", "2001"),
        "2002": ("erp_customer", None, None, "2002"),
        "2003": ("held", "account_suspended", None, None),
        "2004": ("held", "account_pending", None, None),
    }
    warned = IdentityDecision.objects.get(erp_customer_number="2002").receipt_content()["warnings"]
    assert warned == ["account_disabled"]
    assert Customer.objects.count() == 2  # the held orders made nobody


def test_two_erp_customers_differ_and_the_policy_says_what_then(shop: Shop, send: Send) -> None:
    shop.erp_customer("2001", emails=["bill@bill.example"], first_sale_on=SALE_2021)
    shop.erp_customer("2000", emails=["bill@bill.example"], first_sale_on=None)
    shop.erp_customer("2002", emails=["bill@bill.example"], first_sale_on=SALE_2019)

    held = send("1", email="bill@bill.example")
    shop.policy(b2b_ambiguous="earliest_sale")
    picked = send("2", email="bill@bill.example")

    assert (held["outcome"], held["reason"]) == ("held", "ambiguous")
    assert (picked["outcome"], picked["erp_customer_number"]) == ("erp_customer", "2002")
    content = IdentityDecision.objects.get(outcome="erp_customer").receipt_content()
    assert content["policy_version"] == 2
    assert {each["id"]: each["why"] for each in content["steps"][1]["candidates"]} == {
        "2000": "later_sale",
        "2001": "later_sale",
        "2002": "earliest_sale",
    }


def test_the_erps_own_customers_and_gone_rows_never_match(shop: Shop, send: Send) -> None:
    shop.erp_customer("CASH", emails=["walk@in.example"])
    shop.erp_customer("2000", emails=["walk@in.example"])
    ErpCustomer.objects.filter(number="2000").update(gone_at="2026-01-02T00:00Z")
    assert send(email="walk@in.example")["outcome"] == "created"


def test_a_phone_that_points_elsewhere_is_a_warning(shop: Shop, send: Send) -> None:
    shop.erp_customer("2000", emails=["bill@bill.example"], allows_orders=False)
    shop.erp_customer("3000", phones=["321-455-1836"])
    assert send(email="bill@bill.example", phone="321-455-1836")["erp_customer_number"] == "2000"
    warned = IdentityDecision.objects.get().receipt_content()["warnings"]
    assert warned == ["erp_orders_not_allowed", "phone_points_elsewhere"]


def test_own_customers_by_email_then_phone_then_a_new_one(shop: Shop, send: Send) -> None:
    known = shop.customer(email="cleo@home.example", phone="901 555 2222")

    by_email = send("1", email="Cleo@Home.example")
    by_phone = send("2", email="other@home.example", phone="(901) 555-2222")
    nobody = send("3", email="new@home.example", phone="901 555 3333")
    again = send("4", email="new@home.example")

    assert (by_email["outcome"], by_email["customer"]["shared_id"]) == ("customer", known.shared_id)
    assert (by_phone["outcome"], by_phone["customer"]["shared_id"]) == ("customer", known.shared_id)
    assert (nobody["outcome"], nobody["erp_customer_number"]) == ("created", None)
    made = Customer.objects.exclude(pk=known.pk).get()
    assert (made.email, made.phone_key, made.preferred_currency) == ("new@home.example", "+19015553333", "USD")
    assert (again["outcome"], again["customer"]["shared_id"]) == ("customer", made.shared_id)


def test_registered_goes_before_guests_and_the_merged_stand_for_the_survivor(shop: Shop, send: Send) -> None:
    registered = shop.customer(email="cleo@home.example", registered=True)
    merged = shop.customer(email="cleo@home.example")
    shop.customer(email="cleo@home.example")
    Customer.objects.filter(pk=merged.pk).update(merged_into=registered, email="old@home.example")

    assert send("1", email="cleo@home.example")["customer"]["shared_id"] == registered.shared_id
    assert send("2", email="old@home.example")["customer"]["shared_id"] == registered.shared_id
    content = IdentityDecision.objects.order_by("-decided_at").first().receipt_content()
    assert content["steps"][3]["candidates"][0]["stands_for"] == [merged.shared_id]


def test_the_anonymized_are_not_matched_and_the_inactive_are_with_a_warning(shop: Shop, send: Send) -> None:
    gone = shop.customer(email="gone@home.example")
    Customer.objects.filter(pk=gone.pk).update(anonymized_at="2026-02-01T00:00Z")
    asleep = shop.customer(email="asleep@home.example")
    Customer.objects.filter(pk=asleep.pk).update(active=False, on_hold=True)

    assert send("1", email="gone@home.example")["outcome"] == "created"
    assert send("2", email="asleep@home.example")["customer"]["shared_id"] == asleep.shared_id
    content = IdentityDecision.objects.get(customer=asleep).receipt_content()
    assert content["warnings"] == ["customer_inactive", "customer_on_hold"]


def test_placeholders_and_nonsense_are_no_identifiers(shop: Shop, send: Send) -> None:
    shop.customer(email="none@home.example", phone="555-0100")
    for number, (email, phone) in enumerate(
        [
            ("", ""),
            ("none@home.example", ""),
            ("not an address", "0"),
            ("", "999 999 9999"),
            ("none@x.example", "5550100"),
        ]
    ):
        identity = send(str(number), email=email, phone=phone)
        assert (identity["outcome"], identity["reason"]) == ("held", "no_usable_identifier"), (email, phone)
    assert Customer.objects.count() == 1


def test_a_policy_without_create_holds_what_nobody_matches(shop: Shop, send: Send) -> None:
    shop.policy(b2b_steps=["account_contact_email", "own_customer"])
    identity = send(email="new@home.example")
    assert (identity["outcome"], identity["reason"]) == ("held", "no_match")
    assert Customer.objects.count() == 0


def test_a_stale_mirror_makes_the_order_wait_and_nobody_is_made(shop: Shop, send: Send) -> None:
    shop.erp_customer("2000", emails=["bill@bill.example"])
    shop.policy(erp_max_age_seconds=900, assume_complete=False)

    stale_hit = send("1", email="bill@bill.example")
    unconfirmed_miss = send("2", email="new@home.example")

    assert (stale_hit["outcome"], stale_hit["reason"]) == ("awaiting_erp", "erp_row_stale")
    assert (unconfirmed_miss["outcome"], unconfirmed_miss["reason"]) == ("awaiting_erp", "erp_catch_up_pending")
    assert Customer.objects.count() == 0


def test_without_an_erp_system_its_steps_are_skipped_and_said(shop: Shop, send: Send) -> None:
    shop.erp_customer("2000", emails=["bill@bill.example"])
    change_storefront(storefront=shop.storefront, erp_system="", by="staff:opal", at=shop.storefront.updated_at)
    assert send(email="bill@bill.example")["outcome"] == "created"
    content = IdentityDecision.objects.get().receipt_content()
    assert [step["why"] for step in content["steps"][1:3]] == ["no_erp_system", "no_usable_phone"]


def test_the_receipt_names_no_email_and_no_phone(shop: Shop, send: Send) -> None:
    shop.customer(email="cleo@home.example", phone="901 555 2222", first_name="Cleo")
    send(email="cleo@home.example", phone="901 555 2222")
    receipt = IdentityDecision.objects.get().receipt
    assert "cleo" not in receipt.lower()
    assert "5552222" not in receipt
    evidence = DecisionEvidence.objects.get()
    assert (evidence.email_key, evidence.phone_key) == ("cleo@home.example", "+19015552222")
    assert any("Cleo" in label for label in evidence.labels.values())


def test_a_contact_changes_nothing_about_purchase_orders(shop: Shop, send: Send) -> None:
    """Whether one may be placed is the shop's matter: with a contact or without, the order is taken with its number."""
    shop.contact(shop.account("Acme", number="1000"), "ana@acme.example")
    send("1", email="ana@acme.example", purchase_order_number="PO-1", payment_method="net30")
    send("2", email="stranger@home.example", purchase_order_number="PO-2", payment_method="net30")
    taken = Order.objects.order_by("number").values_list("purchase_order_number", "payment_method", "status")
    assert list(taken) == [("PO-1", "net30", "placed"), ("PO-2", "net30", "placed")]


def test_an_erp_system_that_was_never_read_makes_orders_wait_and_nobody(shop: Shop, send: Send) -> None:
    """The storefront is set up first, orders arrive, the mirror is loaded later: nothing may be created meanwhile."""
    ensure_erp_system(code="not-read-yet", default_region="US", by="staff:opal", at=shop.storefront.updated_at)
    change_storefront(
        storefront=shop.storefront,
        erp_system="not-read-yet",
        policy={"assume_complete": False},
        by="staff:opal",
        at=shop.storefront.updated_at,
    )
    identity = send(email="new@home.example")
    assert (identity["outcome"], identity["reason"]) == ("awaiting_erp", "erp_catch_up_pending")
    assert IdentityDecision.objects.get().receipt_content()["erp_system"] == "not-read-yet"
    assert Customer.objects.count() == 0


def test_an_address_of_any_script_is_a_contact_like_any_other(shop: Shop, send: Send) -> None:
    acme = shop.account("Acme", number="1000")
    shop.contact(acme, "jürgen@acme.example")
    assert send(email="Ju\u0308rgen@ACME.example")["account"]["shared_id"] == acme.shared_id
