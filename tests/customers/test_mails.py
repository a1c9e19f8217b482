"""The domain's table of mails, row by row: who gets which mail when, and who may sign in."""

import pytest
from django.core import mail
from django.db.transaction import atomic

from customers.models import Customer, CustomerKind, CustomerMail, MailState
from customers.services.access import FirstAccess, give_initial_password, owe_password_link
from customers.services.customers import CustomerDraft, create_customer
from customers.services.lifecycle import change_customer
from customers.services.mails import MailNotRepeatableError, due_again, send_mail_again, send_owed
from storefronts.services.storefronts import change_storefront
from tests.customers.shoppers import PASSWORD, Browser, code_of, key_in, letters, password_in, run_jobs
from tests.factories import NOW, TESTS, CustomerFactory, StorefrontFactory
from tests.parallel import taken_back

pytestmark = pytest.mark.django_db(transaction=True)

INITIAL = "Your password for Acme Supplies US"
EARLY = "Your account at Acme Supplies US is being prepared"
ACTIVE = "Your account at Acme Supplies US is active"
LINK = "Set your password for Acme Supplies US"
ANA = "ana@acme.test"


@pytest.fixture(autouse=True)
def shop(db):
    return StorefrontFactory(code="us", name="Acme Supplies US", url="https://shop.test")


def create(access: FirstAccess | None, **fields) -> Customer:
    known = {"kind": CustomerKind.REGISTERED, "email": ANA, "first_name": "Ana", "preferred_currency": "USD"}
    customer = create_customer(draft=CustomerDraft(**{**known, **fields}), access=access, by="staff:12", at=NOW)
    run_jobs()
    return customer


def states(customer: Customer) -> dict[str, str]:
    return {mail.kind: str(mail.state) for mail in CustomerMail.objects.filter(customer=customer)}


def change(customer: Customer, **fields) -> None:
    change_customer(customer=customer, by="staff:12", at=NOW, **fields)
    run_jobs()


def test_active_and_not_on_hold():
    customer = create(FirstAccess(initial_password=PASSWORD))

    assert letters() == [(ANA, INITIAL)]
    assert password_in(mail.outbox[0]) == PASSWORD
    assert "We will write again" not in mail.outbox[0].body
    assert Browser().sign_in(ANA).status_code == 200
    assert states(customer) == {"initial_password": "sent"}


def test_inactive_and_on_hold():
    customer = create(FirstAccess(initial_password=PASSWORD), active=False, on_hold=True)

    assert letters() == [(ANA, EARLY)]
    assert PASSWORD in mail.outbox[0].body
    assert code_of(Browser().sign_in(ANA)) == (400, "on_hold")
    assert states(customer) == {"initial_password_early": "sent", "activated": "planned"}

    change(customer, active=True, on_hold=False)

    assert letters() == [(ANA, EARLY), (ANA, ACTIVE)]
    assert PASSWORD not in mail.outbox[1].body
    assert Browser().sign_in(ANA).status_code == 200
    change(customer, active=True, on_hold=False)
    change(customer, on_hold=True)
    change(customer, on_hold=False)
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    ("state", "code"),
    [({"active": False, "on_hold": False}, "not_active"), ({"active": True, "on_hold": True}, "on_hold")],
)
def test_any_other_combination(state, code):
    customer = create(FirstAccess(generate=True), **state)

    assert letters() == [(ANA, INITIAL)]
    assert "We will write again" in mail.outbox[0].body
    password = password_in(mail.outbox[0])
    assert code_of(Browser().sign_in(ANA, password)) == (400, code)

    change(customer, active=True, on_hold=False)

    assert letters() == [(ANA, INITIAL), (ANA, ACTIVE)]
    assert Browser().sign_in(ANA, password).status_code == 200


def test_released_in_two_steps_it_is_told_once_at_the_end():
    customer = create(FirstAccess(generate=True), active=False, on_hold=True)
    change(customer, active=True)
    assert len(mail.outbox) == 1
    change(customer, on_hold=False)
    assert letters()[1:] == [(ANA, ACTIVE)]


def test_without_a_password_a_link_is_sent_unless_that_is_unticked():
    customer = create(FirstAccess())
    assert letters() == [(ANA, LINK)]
    assert mail.outbox[0].body.count("https://shop.test/account/password#key=") == 1
    assert states(customer) == {"password_link": "sent"}

    create(FirstAccess(send_link=False), email="ben@acme.test")
    create(None, email="cleo@acme.test")
    assert len(mail.outbox) == 1


def test_a_guest_gets_no_mail():
    create(FirstAccess(), kind=CustomerKind.GUEST)
    assert mail.outbox == []
    assert not CustomerMail.objects.exists()


def test_what_is_taken_back_is_not_mailed():
    with taken_back(), atomic():
        create_customer(
            draft=CustomerDraft(kind=CustomerKind.REGISTERED, email=ANA, preferred_currency="USD"),
            access=FirstAccess(generate=True),
            by="staff:12",
            at=NOW,
        )
        raise ZeroDivisionError
    run_jobs()
    assert mail.outbox == []
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("locale", "subject", "word"),
    [
        ("de", "Ihr Passwort für Acme Supplies US", "Anfangspasswort"),
        ("de-AT", "Ihr Passwort für Acme Supplies US", "Anfangspasswort"),
        ("de_CH", "Ihr Passwort für Acme Supplies US", "Anfangspasswort"),
        ("fr", INITIAL, "initial password"),
        ("", INITIAL, "initial password"),
    ],
)
def test_in_the_persons_language_as_text_and_html(locale, subject, word):
    create(FirstAccess(initial_password=PASSWORD), preferred_locale=locale)

    letter = mail.outbox[0]
    html, kind = letter.alternatives[0]
    assert (letter.subject, kind) == (subject, "text/html")
    assert all(word in text and PASSWORD in text for text in (letter.body, html))
    assert "{" not in letter.body


def test_the_shops_language_where_the_person_has_none(shop):
    change_storefront(storefront=shop, locales=["de"], by=TESTS, at=NOW)
    create(FirstAccess(), preferred_storefront=shop)
    assert letters() == [(ANA, "Setzen Sie Ihr Passwort für Acme Supplies US")]


def test_names_are_quoted_in_html_and_not_in_text(shop):
    change_storefront(storefront=shop, name="Tools & Timber", by=TESTS, at=NOW)
    create(FirstAccess(), first_name="<b>O'Hara</b>")
    letter = mail.outbox[0]
    assert letter.subject == "Set your password for Tools & Timber"
    assert "<title>Set your password for Tools &amp; Timber</title>" in letter.alternatives[0][0]
    assert "Hello <b>O'Hara</b>," in letter.body
    assert "<b>O" not in letter.alternatives[0][0]


def test_an_operator_replaces_words(tmp_path, settings):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "password_link.subject.txt").write_text("{{ shop }}: in you come\n")
    templates = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    settings.TEMPLATES = templates
    create(FirstAccess())
    assert letters() == [(ANA, "Acme Supplies US: in you come")]


class TestTroubles:
    @pytest.fixture
    def broken(self, monkeypatch):
        """A mail server that refuses for as long as the list holds errors."""
        errors: list[Exception] = []
        real = mail.EmailMultiAlternatives.send

        def send(self, *args, **kwargs):
            if errors:
                raise errors.pop()
            return real(self, *args, **kwargs)

        monkeypatch.setattr("customers.mail.EmailMultiAlternatives.send", send)
        return errors

    def test_a_password_that_could_not_be_mailed_is_seen_and_issued_anew(self, broken):
        broken.append(ConnectionRefusedError("ana@acme.test"))
        customer = create(FirstAccess(initial_password=PASSWORD))

        (owed,) = CustomerMail.objects.all()
        assert (owed.state, owed.why, owed.attempts) == (MailState.FAILED, "ConnectionRefusedError", 1)
        assert due_again(at=NOW.replace(year=2027)) == []
        with pytest.raises(MailNotRepeatableError):
            send_mail_again(owed=owed, by="staff:12", at=NOW)

        give_initial_password(customer=customer, by="staff:12", at=NOW)
        assert sorted(str(each.state) for each in customer.mails.all()) == ["dropped", "sent"]
        assert letters() == [(ANA, INITIAL)]
        assert code_of(Browser().sign_in(ANA, PASSWORD)) == (400, "email_password_mismatch")
        assert Browser().sign_in(ANA, password_in(mail.outbox[0])).status_code == 200

    def test_a_link_is_tried_again_later(self, broken):
        broken.append(TimeoutError())
        create(FirstAccess())
        (owed,) = CustomerMail.objects.all()
        assert (owed.state, owed.attempts, owed.sent_at) == (MailState.FAILED, 1, None)
        assert mail.outbox == []

        assert due_again(at=owed.due_at) == [owed.pk]
        send_owed(mail_id=owed.pk)
        assert letters() == [(ANA, LINK)]
        assert CustomerMail.objects.get().state == MailState.SENT
        send_owed(mail_id=owed.pk)
        assert len(mail.outbox) == 1

    def test_a_sender_that_died_half_way_is_not_repeated_by_itself(self, broken):
        broken.append(KeyboardInterrupt())
        customer = create_customer(
            draft=CustomerDraft(kind=CustomerKind.REGISTERED, email=ANA, preferred_currency="USD"),
            access=FirstAccess(),
            by="staff:12",
            at=NOW,
        )
        (owed,) = CustomerMail.objects.all()
        with pytest.raises(KeyboardInterrupt):
            send_owed(mail_id=owed.pk)
        run_jobs()
        assert mail.outbox == []
        owed.refresh_from_db()
        assert owed.state == MailState.UNCLEAR
        assert due_again(at=NOW.replace(year=2027)) == []

        send_mail_again(owed=owed, by="staff:12", at=NOW)
        run_jobs()
        assert letters() == [(ANA, LINK)]
        assert sorted(str(each.state) for each in customer.mails.all()) == ["dropped", "sent"]

    def test_no_shop_to_link_to_is_said_before(self, shop):
        change_storefront(storefront=shop, url="", by=TESTS, at=NOW)
        customer = create(FirstAccess(send_link=False))
        with pytest.raises(Exception, match="No storefront has an address"):
            owe_password_link(customer=customer, by="staff:12", at=NOW)
        assert not CustomerMail.objects.exists()

    def test_stopped_again_before_the_news_went_out_it_waits(self):
        customer = create(FirstAccess(generate=True), active=False)
        change_customer(customer=customer, active=True, by="staff:12", at=NOW)
        change_customer(customer=customer, active=False, by="staff:12", at=NOW)
        run_jobs()
        assert states(customer)["activated"] == "planned"
        assert letters() == [(ANA, INITIAL)]
        change(customer, active=True)
        assert letters()[1:] == [(ANA, ACTIVE)]


def test_a_newer_link_voids_the_older_and_each_works_once():
    customer = create(FirstAccess())
    owe_password_link(customer=customer, by="staff:12", at=NOW)
    run_jobs()
    older, newer = (key_in(letter) for letter in mail.outbox)

    def reset(key: str, password: str):
        return Browser().call("POST", "auth/password/reset", {"key": key, "password": password})

    assert code_of(reset(older, PASSWORD)) == (400, "invalid_password_reset")
    assert reset(newer, PASSWORD).status_code == 401  # changed, and not signed in by it
    assert code_of(reset(newer, "another correct horse")) == (400, "invalid_password_reset")
    assert Browser().sign_in(ANA).status_code == 200


@pytest.mark.parametrize(
    ("typed", "mailed"),
    [
        ("Ana@Acme.test", "Ana@Acme.test"),
        ("stra\u00dfe@acme.test", "strasse@acme.test"),
        ("\u017fam@acme.test", "sam@acme.test"),
        ("\u212aim@acme.test", "kim@acme.test"),
        ("ana@b\u00fccher.test", "ana@xn--bcher-kva.test"),
    ],
)
def test_mails_go_to_the_address_that_a_link_in_them_proves(typed, mailed):
    """Letters that look alike are one address to us, and another mailbox elsewhere."""
    customer = CustomerFactory(email=typed)
    owe_password_link(customer=customer, by="staff:12", at=NOW)
    run_jobs()
    assert [letter.to for letter in mail.outbox] == [[mailed]]
