"""Logins by day: python3 report.py FILE"""

import csv
import sys
from collections import Counter


def days(rows):
    """Return (day, number of people) for each day."""
    found = Counter(row["at"][:10] for row in rows)
    return sorted(found.items())


def main(file):
    with open(file, encoding="utf-8", newline="") as source:
        for day, number in days(csv.DictReader(source)):
            print(f"{day}\t{number}")


if __name__ == "__main__":
    main(sys.argv[1])
