"""Accounts and their contacts in the panel: every write ends in a service, and nothing typed is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Account, AccountStatus, Contact, PriceListAssignment
from accounts.services.accounts import change_account
from accounts.services.assignments import assign_price_list
from accounts.services.contacts import change_contact
from accounts.services.notes import add_note
from customers.models import Customer
from events.models import Event
from tests.factories import (
    NOW,
    TESTS,
    AccountAddressFactory,
    AccountFactory,
    ContactFactory,
    CustomerFactory,
    ErpSystemFactory,
    PriceListFactory,
    StorefrontFactory,
)
from tests.interface.panel.forms import filled

LIST = "/admin/accounts/account/"
ADD = f"{LIST}add/"


def page_of(account, tab="details"):
    address = reverse("admin:accounts_account_change", args=[account.pk])
    return f"{address}?tab={tab}" if tab else address


def staff_of(client):
    return f"staff:{client.session['_auth_user_id']}"


class TestCreating:
    def test_a_root(self, manager):
        answer = manager.post(ADD, filled(manager.get(ADD), name="Acme", shared_id="acme", phone="901-555-2200"))
        account = Account.objects.get()
        assert answer.status_code == 302
        assert answer["Location"] == page_of(account, "")
        assert (account.shared_id, account.name, account.phone) == ("acme", "Acme", "901-555-2200")
        assert (account.parent, account.status) == (None, AccountStatus.PENDING)
        event = Event.objects.get(name="account.created")
        assert (event.subject, event.by) == ("account:acme", staff_of(manager))

    def test_a_first_admin_signs_in_where_it_is_said(self, manager):
        StorefrontFactory(code="eu", currency="EUR")
        us = StorefrontFactory(code="us", currency="USD", url="https://us.shop.test")
        page = filled(manager.get(ADD), name="Acme", admin_email="ana@acme.test", admin_storefront=us.pk)
        assert manager.post(ADD, page).status_code == 302
        ana = Customer.objects.get()
        assert (ana.preferred_storefront, ana.preferred_currency) == (us, "USD")
        assert Account.objects.get().status == AccountStatus.ACTIVE

    @pytest.mark.parametrize("email", ["no address", "held@acme.test"])
    def test_a_first_admin_who_cannot_be_one_is_told_beside_his_e_mail(self, manager, email):
        CustomerFactory(email="held@acme.test", on_hold=True)
        page = manager.post(ADD, filled(manager.get(ADD), name="Acme", admin_email=email))
        assert set(page.context["adminform"].form.errors) == {"admin_email"}
        assert not Account.objects.exists()

    def test_without_an_id_one_is_made(self, manager):
        manager.post(ADD, filled(manager.get(ADD), name="Acme"))
        assert len(Account.objects.get().shared_id) == 36

    def test_a_child_stands_under_the_parent_in_the_address(self, manager, acme):
        address = f"{ADD}?parent=acme"
        page = manager.get(address)
        assert "A part of Acme" in page.content.decode()
        manager.post(address, filled(page, name="Acme West", shared_id="acme-west"))
        child = Account.objects.get(shared_id="acme-west")
        assert (child.parent, child.status) == (acme, AccountStatus.ACTIVE)

    def test_a_parent_that_is_none_is_not_found(self, manager):
        assert manager.get(f"{ADD}?parent=nobody").status_code == 404
        assert manager.post(f"{ADD}?parent=nobody", {"name": "Acme"}).status_code == 404
        assert not Account.objects.exists()

    def test_the_only_erp_system_is_taken_where_a_number_is_given(self, manager):
        ErpSystemFactory()
        manager.post(ADD, filled(manager.get(ADD), name="Acme", account_number="10421"))
        assert Account.objects.get().erp_system == "counterpoint-main"


class TestRefusals:
    def test_an_id_that_was_given_before(self, manager, acme):
        page = manager.post(ADD, filled(manager.get(ADD), name="Another", shared_id="acme"))
        form = page.context["adminform"].form
        assert page.status_code == 200
        assert form.errors == {"shared_id": ["This id was given before; ids are never used twice."]}
        assert 'value="Another"' in page.content.decode()
        assert Account.objects.get() == acme

    def test_what_the_model_refuses_stands_beside_its_field(self, manager):
        page = manager.post(ADD, filled(manager.get(ADD), name="Acme", shared_id="no spaces"))
        assert set(page.context["adminform"].form.errors) == {"shared_id"}
        assert 'value="no spaces"' in page.content.decode()
        assert not Account.objects.exists()

    def test_a_number_that_another_account_has(self, manager, acme):
        ErpSystemFactory()
        numbered = AccountFactory(erp_system="counterpoint-main", account_number="10421")
        page = manager.get(page_of(acme))
        page = manager.post(
            page_of(acme), filled(page, erp_system="counterpoint-main", account_number="10421", phone="901-555-2200")
        )
        assert page.context["adminform"].form.errors == {
            "account_number": ["Another account has this number in that ERP system."]
        }
        assert 'value="901-555-2200"' in page.content.decode()
        acme.refresh_from_db()
        assert (acme.account_number, acme.phone) == ("", "")
        assert numbered.account_number == "10421"


class TestChanging:
    def test_by_the_service(self, manager, acme):
        answer = manager.post(page_of(acme), filled(manager.get(page_of(acme)), name="Acme Corp", tax_id="12-345"))
        assert answer.status_code == 302
        acme.refresh_from_db()
        assert (acme.name, acme.tax_id, acme.name_sort) == ("Acme Corp", "12-345", "acme corp")
        event = Event.objects.get(name="account.changed")
        assert (event.payload, event.by) == ({"fields": ["name", "tax_id"]}, staff_of(manager))

    def test_nothing_changed_writes_nothing(self, manager, acme):
        answer = manager.post(page_of(acme), filled(manager.get(page_of(acme))))
        assert answer.status_code == 302
        assert not Event.objects.filter(name="account.changed").exists()

    def test_a_stale_form_is_refused_and_keeps_what_was_typed(self, manager, acme):
        page = manager.get(page_of(acme))
        change_account(account=acme, phone="901-555-0001", by=TESTS, at=NOW + timedelta(minutes=1))
        page = manager.post(page_of(acme), filled(page, name="Acme Corp"))
        assert page.status_code == 200
        (error,) = page.context["adminform"].form.non_field_errors()
        assert error.startswith("Someone else changed this since you opened it.")
        assert 'value="Acme Corp"' in page.content.decode()
        acme.refresh_from_db()
        assert (acme.name, acme.phone) == ("Acme", "901-555-0001")

    @pytest.mark.parametrize("seen_at", [None, "", "yesterday", "2026-11-23T10:00:00"])
    def test_a_form_without_what_was_seen_is_refused(self, manager, acme, seen_at):
        page = manager.post(page_of(acme), filled(manager.get(page_of(acme)), name="Acme Corp", seen_at=seen_at))
        assert set(page.context["adminform"].form.errors) == {"seen_at"}
        acme.refresh_from_db()
        assert acme.name == "Acme"

    def test_the_parent_and_the_shared_id_are_not_fields(self, manager, acme, stranger):
        child = AccountFactory(parent=acme, shared_id="acme-west")
        form = filled(manager.get(page_of(child)), parent=str(stranger.pk), shared_id="moved", status="disabled")
        manager.post(page_of(child), {**form, "name": "Moved"})
        child.refresh_from_db()
        assert (child.parent, child.shared_id, child.status, child.name) == (acme, "acme-west", "active", "Moved")

    def test_the_status_takes_a_reason(self, manager, acme):
        address = reverse("admin:accounts_account_status", args=[acme.pk])
        page = manager.get(address)
        assert manager.post(address, filled(page, status="suspended", reason=" ")).status_code == 200
        acme.refresh_from_db()
        assert acme.status == AccountStatus.ACTIVE
        answer = manager.post(address, filled(page, status="suspended", reason="unpaid invoices"))
        assert answer["Location"] == page_of(acme, "")
        acme.refresh_from_db()
        assert acme.status == AccountStatus.SUSPENDED
        event = Event.objects.filter(name="account.status_changed").latest("id")
        assert event.payload == {"from": "active", "to": "suspended"}

    def test_a_stale_status_dialog_is_refused(self, manager, acme):
        address = reverse("admin:accounts_account_status", args=[acme.pk])
        page = manager.get(address)
        change_account(account=acme, phone="901-555-0001", by=TESTS, at=NOW + timedelta(minutes=1))
        answer = manager.post(address, filled(page, status="suspended", reason="unpaid invoices"))
        assert answer.status_code == 200
        assert "Someone else changed this since you opened it." in answer.content.decode()
        acme.refresh_from_db()
        assert acme.status == AccountStatus.ACTIVE

    def test_a_status_dialog_without_what_was_seen_says_so(self, manager, acme):
        address = reverse("admin:accounts_account_status", args=[acme.pk])
        answer = manager.post(address, {"status": "suspended", "reason": "unpaid invoices"})
        assert "This form came back incomplete. Open the page anew." in answer.content.decode()
        acme.refresh_from_db()
        assert acme.status == AccountStatus.ACTIVE


class TestPriceList:
    def test_saved_as_it_stands_the_account_keeps_its_list(self, manager, acme):
        given = assign_price_list(account=acme, price_list=PriceListFactory(name="Contractors"), by=TESTS, at=NOW)
        address = reverse("admin:accounts_account_price-list", args=[acme.pk])
        told = manager.post(address, filled(manager.get(address)))
        saved = manager.post(address, filled(told))
        assert (told.status_code, saved.status_code) == (200, 302)
        assert PriceListAssignment.objects.get() == given

    def test_none_of_its_own_takes_it_away_once_that_was_told(self, manager, acme, us):
        assign_price_list(account=acme, price_list=PriceListFactory(name="Contractors"), by=TESTS, at=NOW)
        address = reverse("admin:accounts_account_price-list", args=[acme.pk])
        told = manager.post(address, filled(manager.get(address), price_list=""))
        assert list(told.context["told"].sentences) == [f"{us.name}: 1 account. Acme: Contractors → —"]
        assert PriceListAssignment.objects.count() == 1
        manager.post(address, filled(told))
        assert not PriceListAssignment.objects.exists()


class TestContacts:
    def rows(self, manager, account):
        page = manager.get(page_of(account, "contacts"))
        assert page.status_code == 200
        return page

    def added(self, page, **typed):
        row = int(page.context["inline_admin_formsets"][0].formset.total_form_count())
        return {
            "contacts-TOTAL_FORMS": str(row + 1),
            **{f"contacts-{row}-{name}": value for name, value in {"type": "other", "active": "on", **typed}.items()},
        }

    def test_adding_changing_and_removing_in_one_go(self, manager, acme):
        ana = ContactFactory(account=acme, first_name="Ana", email="ana@acme.test")
        ContactFactory(account=acme, first_name="Ben", email="ben@acme.test", at=NOW + timedelta(minutes=1))
        page = self.rows(manager, acme)
        typed = {
            "contacts-0-last_name": "Alvarez",
            "contacts-1-DELETE": "on",
            **self.added(page, first_name="Cleo", email="cleo@acme.test"),
        }
        answer = manager.post(page_of(acme, "contacts"), filled(page, **typed))
        assert answer.status_code == 302
        assert answer["Location"] == page_of(acme, "contacts")
        assert list(Contact.objects.order_by("first_name").values_list("first_name", "last_name", "email_key")) == [
            ("Ana", "Alvarez", "ana@acme.test"),
            ("Cleo", "", "cleo@acme.test"),
        ]
        assert Contact.objects.get(pk=ana.pk).last_name == "Alvarez"
        by = staff_of(manager)
        assert set(Event.objects.filter(by=by).values_list("name", flat=True)) == {
            "contact.created",
            "contact.changed",
            "contact.removed",
        }

    def test_any_number_of_them(self, manager, acme):
        for number in range(25):
            ContactFactory(account=acme, email=f"person{number}@acme.test", at=NOW + timedelta(minutes=number))
        first, second = self.rows(manager, acme), manager.get(page_of(acme, "contacts&contacts-page=2"))
        assert len(first.context["inline_admin_formsets"][0].formset.initial_forms) == 20
        assert len(second.context["inline_admin_formsets"][0].formset.initial_forms) == 5

    def test_a_slot_of_the_erp_goes_from_one_to_another_in_one_go(self, manager, acme):
        ContactFactory(account=acme, email="ana@acme.test")
        ContactFactory(account=acme, email="ben@acme.test", erp_slot=1)
        page = manager.get(page_of(acme, "contacts"))
        rows = {
            row.instance.email: row.prefix for row in page.context["inline_admin_formsets"][0].formset.initial_forms
        }
        typed = {f"{rows['ana@acme.test']}-erp_slot": "1", f"{rows['ben@acme.test']}-erp_slot": ""}
        assert manager.post(page_of(acme, "contacts"), filled(page, **typed)).status_code == 302
        assert dict(Contact.objects.values_list("email", "erp_slot")) == {"ana@acme.test": 1, "ben@acme.test": None}

    def test_the_same_e_mail_twice_stands_beside_its_row_and_nothing_is_written(self, manager, acme):
        ContactFactory(account=acme, email="ana@acme.test")
        page = self.rows(manager, acme)
        typed = {"contacts-0-first_name": "Ana", **self.added(page, first_name="Twin", email="ANA@acme.test ")}
        page = manager.post(page_of(acme, "contacts"), filled(page, **typed))
        assert page.status_code == 200
        formset = page.context["inline_admin_formsets"][0].formset
        assert formset.errors == [{}, {"email": ["Another contact of this account has this e-mail."]}]
        assert 'value="Twin"' in page.content.decode()
        assert Contact.objects.get().first_name == ""

    def test_a_contact_needs_a_name_or_an_e_mail(self, manager, acme):
        page = self.rows(manager, acme)
        page = manager.post(page_of(acme, "contacts"), filled(page, **self.added(page, phone="901-555-2200")))
        formset = page.context["inline_admin_formsets"][0].formset
        assert formset.errors == [{"email": ["A contact has a name or an e-mail."]}]
        assert not Contact.objects.exists()

    def test_a_stale_row_is_refused_and_keeps_what_was_typed(self, manager, acme):
        ana = ContactFactory(account=acme, first_name="Ana", email="ana@acme.test")
        page = self.rows(manager, acme)
        change_contact(contact=ana, phone="901-555-0001", by=TESTS, at=NOW + timedelta(minutes=1))
        page = manager.post(page_of(acme, "contacts"), filled(page, **{"contacts-0-last_name": "Alvarez"}))
        (errors,) = page.context["inline_admin_formsets"][0].formset.errors
        assert errors["__all__"][0].startswith("Someone else changed this")
        assert page.content.decode().count("Someone else changed this") == 1
        assert 'value="Alvarez"' in page.content.decode()
        ana.refresh_from_db()
        assert (ana.last_name, ana.phone) == ("", "901-555-0001")

    def test_a_row_of_another_account_is_out_of_reach(self, manager, acme, stranger):
        theirs = ContactFactory(account=stranger, email="cleo@zenith.test")
        ContactFactory(account=acme, email="ana@acme.test")
        page = self.rows(manager, acme)
        stolen = {"contacts-0-id": str(theirs.pk), "contacts-0-email": "taken@acme.test"}
        page = manager.post(page_of(acme, "contacts"), filled(page, **stolen))
        assert page.context["inline_admin_formsets"][0].formset.errors == [
            {"__all__": ["Someone else removed this since you opened it."]}
        ]
        theirs.refresh_from_db()
        assert (theirs.account, theirs.email) == (stranger, "cleo@zenith.test")

    def test_who_only_reads_sees_them_and_changes_nothing(self, signed_in, acme):
        contact = ContactFactory(account=acme, first_name="Ana", email="ana@acme.test")
        support = signed_in("Support")
        page = support.get(page_of(acme, "contacts"))
        assert "ana@acme.test" in page.content.decode()
        assert "contacts-0-email" not in page.content.decode()
        assert support.post(page_of(acme, "contacts"), {"contacts-0-email": "x@x.test"}).status_code == 403
        contact.refresh_from_db()
        assert contact.email == "ana@acme.test"


class TestReading:
    @pytest.mark.usefixtures("stranger")
    def test_the_tree_is_indented_and_in_order(self, manager, acme_west):
        deepest = AccountFactory(name="Store", parent=acme_west)
        rows = manager.get(LIST).context["cl"].result_list
        assert [(row.name, row.level) for row in rows] == [("Zenith", 0), ("Acme", 0), ("Acme West", 1), ("Store", 2)]
        text = manager.get(LIST).content.decode()
        assert "ci-branch-2" in text
        assert "below Acme" not in text
        assert "below Acme West" in manager.get(LIST, {"q": deepest.shared_id}).content.decode()

    @pytest.mark.usefixtures("stranger")
    @pytest.mark.parametrize("text", ["acme-west", "cme Wes", "555-22", "38103", "104"])
    def test_search(self, manager, text):
        ErpSystemFactory()
        wanted = AccountFactory(
            shared_id="acme-west", name="Acme West", phone="901-555-2200", postal_code="38103",
            erp_system="counterpoint-main", account_number="10421",
        )  # fmt: skip
        assert manager.get(LIST, {"q": text}).context["cl"].result_list == [wanted]

    @pytest.mark.usefixtures("acme_west")
    def test_filters(self, manager, acme, stranger):
        suspended = AccountFactory(status=AccountStatus.SUSPENDED)
        assert manager.get(LIST, {"status__exact": "suspended"}).context["cl"].result_list == [suspended]
        roots = manager.get(LIST, {"position": "roots"}).context["cl"].result_list
        assert roots == [acme, stranger, suspended]

    @pytest.mark.usefixtures("acme_west")
    def test_the_children_tab_offers_another_one(self, manager, acme):
        page = manager.get(page_of(acme, "children")).content.decode()
        assert "Acme West" in page
        assert f"{ADD}?parent=acme" in page
        assert "Show more" not in page

    def test_the_children_tab_shows_a_hundred_and_fetches_the_rest(self, manager, acme, monkeypatch):
        monkeypatch.setattr("accounts.admin.tree.AT_ONCE", 2)
        made = {name: AccountFactory(name=name, parent=acme) for name in ("West", "East", "North", "South")}
        page = manager.get(page_of(acme, "children"))
        assert [str(row["account"]) for row in page.context["branch"]] == ["East", "North"]
        more = page.context["more_url"]
        assert more.endswith(f"/branch/?after={made['North'].pk}")
        rest = manager.get(more)
        assert [str(row["account"]) for row in rest.context["branch"]] == ["South", "West"]
        assert rest.context["more_url"] == ""

    @pytest.mark.parametrize("number", ["x", "²", "-1", "9" * 18, "9" * 5000])
    def test_what_is_no_number_of_an_account_is_not_looked_for(self, manager, acme, number):
        AccountFactory(name="West", parent=acme)
        branch = reverse("admin:accounts_account_branch", args=[acme.pk])
        assert [str(row["account"]) for row in manager.get(branch, {"after": number}).context["branch"]] == ["West"]
        assert manager.get(f"/admin/accounts/account/{number}/branch/").status_code == 404

    def test_every_address_and_note_is_on_one_of_the_pages(self, manager, acme, monkeypatch):
        monkeypatch.setattr("accounts.admin.tabs.SHOWN", 2)
        addresses = [AccountAddressFactory(account=acme).code for _ in range(3)]
        for number in range(3):
            add_note(account=acme, text=f"Note {number}", by=TESTS, at=NOW + timedelta(minutes=number))
        shown = [manager.get(f"{page_of(acme, 'addresses')}&page={number}") for number in (1, 2)]
        assert [row["address"].code for page in shown for row in page.context["addresses"]] == addresses
        assert [len(page.context["addresses"]) for page in shown] == [2, 1]
        assert "tab=addresses&page=2" in shown[0].content.decode()
        noted = [manager.get(f"{page_of(acme, 'notes')}&page={number}") for number in (1, 2)]
        assert [[row["note"].text for row in page.context["notes"]] for page in noted] == [
            ["Note 2", "Note 1"],
            ["Note 0"],
        ]
        assert "Page 2 of 2" in noted[1].content.decode()

    def test_the_tree_is_searched_below_the_account_only(self, manager, acme, stranger):
        west = AccountFactory(name="West", parent=acme)
        AccountFactory(name="Depot", parent=west, account_number="")
        AccountFactory(name="Depot", parent=stranger)
        page = manager.get(f"{page_of(acme, 'children')}&q=depo")
        assert [
            (str(row["account"]), [str(node) for node, _url in row["crumbs"]]) for row in page.context["found"]
        ] == [("Depot", ["West"])]

    def test_an_unknown_account_leads_home(self, manager):
        answer = manager.get(reverse("admin:accounts_account_change", args=[4711]))
        assert (answer.status_code, answer["Location"]) == (302, "/admin/")
