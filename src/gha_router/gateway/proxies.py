"""Which proxy of the environment a request goes through: ``HTTPS_PROXY``, ``HTTP_PROXY``, ``NO_PROXY``.

They are read as urllib reads them, once for an address. aiohttp's own ``trust_env`` reads them for each request, in two
hops to a thread (0.2 ms), and with them ``~/.netrc``, whose password for a provider's host would stand in the way
of the provider's key.
"""

from functools import lru_cache
from urllib.request import getproxies, proxy_bypass

from yarl import URL


@lru_cache(maxsize=1000)
def proxy_of(url: URL) -> URL | None:
    """Return the proxy of a request to ``url``, its credentials included; ``None``: it goes there directly."""
    proxies = getproxies()
    proxy = proxies.get(url.scheme)
    bypass = url.host is not None and proxy_bypass(url.host, proxies)
    return URL(proxy) if proxy and not bypass else None
