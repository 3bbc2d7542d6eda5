"""What several gateways keep together: sums of money, rests and quotas; in Redis, or in a file of one machine."""
