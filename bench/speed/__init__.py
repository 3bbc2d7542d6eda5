"""Start-up, latency, CPU and memory of the gateway beside its peers, in one run: ``make bench``."""
