"""Which proxy of the environment a request goes through: ``HTTPS_PROXY``, ``HTTP_PROXY``, ``NO_PROXY``.

They are read as urllib reads them, once for an address; ``NO_PROXY`` may name a port too, as GitHub's runner has it
(``myserver.local:443``), and a proxy without ``http://`` is one all the same. aiohttp's own ``trust_env`` reads them
for each request, in two hops to a thread (0.2 ms), and with them ``~/.netrc``, whose password for a provider's host
would stand in the way of the provider's key.
"""

from functools import lru_cache
from urllib.request import getproxies, proxy_bypass

from aiohttp import InvalidURL
from yarl import URL

NAMELESS = "the proxy of the environment"


@lru_cache(maxsize=1000)
def proxy_of(url: URL) -> URL | None:
    """Return the proxy of a request to ``url``, its credentials included; ``None``: it goes there directly.

    Raises aiohttp's ``InvalidURL`` for what is no address of a proxy over HTTP; the message names no part of it.
    """
    proxies = getproxies()
    written = proxies.get(url.scheme)
    hosts = (url.host or "", f"{url.host_subcomponent}:{url.port}")
    if not written or any(proxy_bypass(host, proxies) for host in hosts):
        return None
    try:
        proxy = URL(written if "://" in written else f"http://{written}")
    except ValueError:
        raise InvalidURL(NAMELESS) from None  # the error's own words may hold a password
    if proxy.scheme not in ("http", "https") or not proxy.host:
        raise InvalidURL(NAMELESS)
    return proxy
