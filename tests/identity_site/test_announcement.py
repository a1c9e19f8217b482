"""The last thing `up` prints: where to go, how to get in, what to try."""

from identity_site.launch.announcement import announcement, base_address
from identity_site.launch.first_start import Access

OPAL = Access("admin@demo.example", "Qm3x-secret", "abcdefgh.secret", has_demo=True, shopper_password="Jo-secret")


def test_with_the_demo_a_call_that_answers_with_an_identity():
    assert (
        announcement(address="http://127.0.0.1:8000", access=OPAL)
        == """
  Panel     http://127.0.0.1:8000/admin/
  Sign in   admin@demo.example
            Qm3x-secret
  API       http://127.0.0.1:8000/api/docs/
  Shopper   jo@acme.example   (docs/storefront.md)
            Jo-secret

  Try it:
  curl -s http://127.0.0.1:8000/api/v1/identity/resolve \\
    -H 'Authorization: Api-Key abcdefgh.secret' \\
    -H 'Content-Type: application/json' \\
    -d '{"storefront": "us", "kind": "b2b", "customer": {"email": "jo@acme.example"}}'

  Ctrl-C ends everything.
"""
    )


def test_without_the_demo_a_call_that_needs_none():
    text = announcement(address="http://127.0.0.1:8000", access=Access("a@b.example", "pw", "abcdefgh.secret"))

    assert "curl -s http://127.0.0.1:8000/api/v1/storefronts -H 'Authorization: Api-Key abcdefgh.secret'" in text
    assert "identity/resolve" not in text
    assert "Shopper" not in text


def test_without_the_secrets_how_to_make_new_ones():
    text = announcement(address="http://127.0.0.1:8000", access=Access())

    assert "manage.py changepassword E-MAIL" in text
    assert "manage.py createsuperuser" in text
    assert "manage.py create_api_key --name NAME --scope identity:resolve --scope settings:read" in text
    assert "Api-Key YOUR_KEY" in text


def test_addresses_one_can_open():
    assert base_address("0.0.0.0", 80) == "http://127.0.0.1:80"  # noqa: S104 - printed, not listened on
    assert base_address("::", 8000) == "http://[::1]:8000"
    assert base_address("identity.example", 8000) == "http://identity.example:8000"
