"""What a newcomer reads once everything runs."""

import json

from identity_site.launch.first_start import SHOPPER, Access

DEMO_CLAIM = {"storefront": "us", "kind": "b2b", "customer": {"email": "jo@acme.example"}}
UNKNOWN_KEY = "YOUR_KEY"
# Hosts that mean "every address of this machine", and the one at which the machine itself reaches them.
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - named, not listened on


def reachable_host(host: str) -> str:
    """The host at which this machine reaches a server that listens on `host`."""
    return EVERY_ADDRESS.get(host, host)


def base_address(host: str, port: int) -> str:
    name = reachable_host(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def announcement(*, address: str, access: Access) -> str:
    """Address, sign-in and an API call to try, as text of several lines."""
    lines = [
        "",
        f"  Panel     {address}/admin/",
        *sign_in_lines(access),
        f"  API       {address}/api/docs/",
        *shopper_lines(access),
        "",
        *key_lines(access),
        *example_call(address, access),
        "",
        "  Ctrl-C ends everything.",
        "",
    ]
    return "\n".join(lines)


def sign_in_lines(access: Access) -> list[str]:
    if access.password:
        return [f"  Sign in   {access.email}", f"            {access.password}"]
    return [
        "  Sign in   as the staff you made; no password is known here.",
        "            A first or new user: manage.py createsuperuser   A new password: manage.py changepassword E-MAIL",
    ]


def shopper_lines(access: Access) -> list[str]:
    """Who can sign in at the demo's shop."""
    if not access.shopper_password:
        return []
    return [f"  Shopper   {SHOPPER}   (docs/storefront.md)", f"            {access.shopper_password}"]


def key_lines(access: Access) -> list[str]:
    if access.api_key:
        return ["  Try it:"]
    scopes = "--scope identity:resolve --scope settings:read"
    return [f"  Try it, with a key that `manage.py create_api_key --name NAME {scopes}` prints:"]


def example_call(address: str, access: Access) -> list[str]:
    """A curl command that can be pasted as it stands."""
    key = f"-H 'Authorization: Api-Key {access.api_key or UNKNOWN_KEY}'"
    if not access.has_demo:
        return [f"  curl -s {address}/api/v1/storefronts {key}"]
    return [
        f"  curl -s {address}/api/v1/identity/resolve \\",
        f"    {key} \\",
        "    -H 'Content-Type: application/json' \\",
        f"    -d '{json.dumps(DEMO_CLAIM)}'",
    ]
