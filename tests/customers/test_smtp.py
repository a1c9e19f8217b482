"""Real mail: a mail server on this machine takes what goes out."""

import socket
from email import message_from_bytes
from email.message import Message
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from customers.models import CustomerKind, CustomerMail, MailState
from customers.services.access import FirstAccess
from customers.services.customers import CustomerDraft, create_customer
from customers.services.lifecycle import change_customer
from customers.services.mails import send_owed
from identity_site.mail_server import mail_from_url
from interface.models import SupportRequest
from interface.support import ask_for_help
from tests.customers.shoppers import PASSWORD, Browser, run_jobs
from tests.factories import NOW, TESTS, StorefrontFactory

pytestmark = pytest.mark.django_db(transaction=True)

ANA = "ana@acme.test"


class Sink:
    """Keeps what it is given; refuses while `refusing` is set."""

    def __init__(self) -> None:
        self.received: list[Message] = []
        self.refusing = ""

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802 -- aiosmtpd's signature
        if self.refusing:
            return self.refusing
        self.received.append(message_from_bytes(envelope.content, policy=default))
        return "250 taken"


@pytest.fixture
def sink(settings, unused_tcp_port):
    handler = Sink()
    server = Controller(handler, hostname="127.0.0.1", port=unused_tcp_port)
    server.start()
    configured = mail_from_url(f"smtp://127.0.0.1:{unused_tcp_port}")
    settings.EMAIL_BACKEND = configured["backend"]
    settings.EMAIL_HOST, settings.EMAIL_PORT = configured["host"], configured["port"]
    settings.DEFAULT_FROM_EMAIL = "shop@merchant.test"
    settings.SUPPORT_EMAIL = "operator@merchant.test"
    yield handler
    server.stop()


@pytest.fixture
def unused_tcp_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(autouse=True)
def shop(db):
    return StorefrontFactory(code="us", name="Acme Supplies US", url="https://shop.test")


def create(access, **fields):
    draft = CustomerDraft(kind=CustomerKind.REGISTERED, email=ANA, first_name="Ana", preferred_currency="USD", **fields)
    customer = create_customer(draft=draft, access=access, by=TESTS, at=NOW)
    run_jobs()
    return customer


def text_of(letter: Message) -> str:
    return letter.get_body(("plain",)).get_content()


INITIAL = "Your password for Acme Supplies US"
EARLY = "Your account at Acme Supplies US is being prepared"
ACTIVE = "Your account at Acme Supplies US is active"


@pytest.mark.parametrize(
    ("active", "on_hold", "subjects"),
    [
        (True, False, [INITIAL]),
        (False, True, [EARLY, ACTIVE]),
        (False, False, [INITIAL, ACTIVE]),
        (True, True, [INITIAL, ACTIVE]),
    ],
)
def test_each_row_of_the_table_arrives(sink, active, on_hold, subjects):
    customer = create(FirstAccess(initial_password=PASSWORD), active=active, on_hold=on_hold)
    assert [letter["Subject"] for letter in sink.received] == subjects[:1]
    for _twice in range(2):
        change_customer(customer=customer, active=True, on_hold=False, by=TESTS, at=NOW)
        run_jobs()

    assert [(letter["To"], letter["From"]) for letter in sink.received] == [(ANA, "shop@merchant.test")] * len(subjects)
    assert [letter["Subject"] for letter in sink.received] == subjects
    assert [PASSWORD in text_of(letter) for letter in sink.received] == [True, False][: len(subjects)]
    for letter in sink.received:
        assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert Browser().sign_in(ANA).status_code == 200


def test_in_german(sink):
    create(FirstAccess(initial_password=PASSWORD), active=False, on_hold=True, preferred_locale="de")
    assert [letter["Subject"] for letter in sink.received] == ["Ihr Konto bei Acme Supplies US wird vorbereitet"]


def test_a_link_arrives_with_its_key_behind_the_hash(sink):
    create(FirstAccess())
    (letter,) = sink.received
    html = letter.get_body(("html",)).get_content()
    assert "https://shop.test/account/password#key=" in text_of(letter)
    assert 'href="https://shop.test/account/password#key=' in html


def test_a_server_that_refuses_is_asked_again_and_names_no_address(sink, caplog):
    sink.refusing = f"550 no such user {ANA}"
    create(FirstAccess())
    owed = CustomerMail.objects.get()
    assert (owed.state, owed.why) == (MailState.FAILED, "SMTPDataError")
    said = [record.getMessage() for record in caplog.records if record.name.startswith("customers.")]
    assert said == [f"Mail {owed.pk} was not sent: SMTPDataError"]

    sink.refusing = ""
    send_owed(mail_id=owed.pk)
    assert [letter["To"] for letter in sink.received] == [ANA]
    assert CustomerMail.objects.get().state == MailState.SENT


def test_a_dead_server_keeps_nobody_from_being_created(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    customer = create(FirstAccess(generate=True))
    (owed,) = customer.mails.all()
    assert (owed.state, owed.why) == (MailState.FAILED, "ConnectionRefusedError")


def test_a_support_request_reaches_the_operator(sink):
    ask_for_help(
        text="The list is empty.\nWhy?",
        page="https://evil.test/admin/customers/customer/?q=x",
        page_title="Customers",
        author_email="opal@merchant.test",
        by="staff:12",
        at=NOW,
    )
    run_jobs()
    (letter,) = sink.received
    assert (letter["To"], letter["Reply-To"]) == ("operator@merchant.test", "opal@merchant.test")
    assert letter["Subject"] == f"Support request {SupportRequest.objects.get().pk}: The list is empty."
    assert "The list is empty.\nWhy?" in letter.get_content().replace("\r\n", "\n")
    assert "/admin/customers/customer/?q=x" in letter.get_content()
    assert "evil.test" not in letter.get_content()
    assert SupportRequest.objects.get().mailed_at is not None


def test_without_an_address_a_support_request_is_listed_and_says_so(settings):
    settings.SUPPORT_EMAIL = ""
    ask_for_help(text="Help", by="staff:12", at=NOW)
    assert run_jobs() == []
    assert SupportRequest.objects.get().why_not_mailed == "No address is configured (SUPPORT_EMAIL)."
