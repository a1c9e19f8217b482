"""Which web pages may call the storefront API from a browser: those of the storefronts' own URLs."""

from urllib.parse import SplitResult, urlsplit

import idna
from corsheaders.middleware import CorsMiddleware

from storefronts.models import Storefront

OWN_PORTS = {"http": 80, "https": 443}


class StorefrontOriginsMiddleware(CorsMiddleware):
    """CORS for pages whose origin is that of a storefront's URL, as it is now; for the addresses that settings name.

    Asked only where a browser sends an `Origin`: one statement. A page of another origin gets the answer without the
    headers, so that its browser keeps it from the page. Credentials of browsers are never asked for: a session's token
    is a header that the page sends itself.
    """

    def origin_found_in_white_lists(self, origin: str, url: SplitResult) -> bool:  # noqa: ARG002 -- the library's signature
        return origin in allowed_origins()


def allowed_origins() -> frozenset[str]:
    """The origins of all storefronts whose URL is a web page's; one statement."""
    urls = Storefront.objects.exclude(url="").values_list("url", flat=True)
    return frozenset(origin_of(url) for url in urls) - {""}


def origin_of(url: str) -> str:
    """Scheme, host and port as browsers write them: lower case, IDNA, the scheme's own port left out (WHATWG URL).

    Empty for what is no web page's address.
    """
    try:
        parts = urlsplit(url)
        host, port = _written(parts.hostname or ""), parts.port
    except ValueError:  # IDNAError is one
        return ""
    if parts.scheme not in OWN_PORTS or not host:
        return ""
    is_own = port in {None, OWN_PORTS[parts.scheme]}
    return f"{parts.scheme}://{host}" if is_own else f"{parts.scheme}://{host}:{port}"


def _written(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    return host if host.isascii() else idna.encode(host, uts46=True).decode()
