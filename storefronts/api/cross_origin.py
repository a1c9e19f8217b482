"""Which web pages may call the storefront API from a browser: those of the storefronts' own URLs."""

from urllib.parse import SplitResult, urlsplit

from corsheaders.middleware import CorsMiddleware

from storefronts.models import Storefront


class StorefrontOriginsMiddleware(CorsMiddleware):
    """CORS for pages whose origin is that of a storefront's URL, as it is now; for the addresses that settings name.

    Asked only where a browser sends an `Origin`: one statement. A page of another origin gets the answer without the
    headers, so that its browser keeps it from the page. Credentials of browsers are never asked for: a session's token
    is a header that the page sends itself.
    """

    def origin_found_in_white_lists(self, origin: str, url: SplitResult) -> bool:  # noqa: ARG002 -- the library's signature
        return origin_of(url) in allowed_origins()


def allowed_origins() -> frozenset[str]:
    """The origins of all storefronts that have a URL; one statement."""
    urls = Storefront.objects.exclude(url="").values_list("url", flat=True)
    return frozenset(origin_of(urlsplit(url)) for url in urls)


def origin_of(url: SplitResult) -> str:
    """Scheme, host and port as browsers write them (RFC 6454): lower case, the scheme's own port left out.

    Empty for what is no web page's origin, which is no storefront's either.
    """
    try:
        host, port = url.hostname, url.port
    except ValueError:
        return ""
    if url.scheme not in {"http", "https"} or not host:
        return ""
    named = f"[{host}]" if ":" in host else host
    is_own = port in {None, {"http": 80, "https": 443}[url.scheme]}
    return f"{url.scheme}://{named}" if is_own else f"{url.scheme}://{named}:{port}"
