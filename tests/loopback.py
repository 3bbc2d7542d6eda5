"""For clients of servers on this machine, which speak no TLS."""

import ssl

# A client makes a context of its own unless it is given one, and reads all authorities into it: 25 ms each time.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
