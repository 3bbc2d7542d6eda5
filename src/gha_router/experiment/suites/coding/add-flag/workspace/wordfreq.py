"""Counts the words of a text: python3 wordfreq.py [FILE] [--top N]"""

import argparse
import re
import sys
from collections import Counter

WORD = re.compile(r"\w+")


def positive(text):
    """Return a whole number of at least 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def count(text):
    """Return how often each word occurs, in small letters."""
    return Counter(word.lower() for word in WORD.findall(text))


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Count the words of a text.")
    parser.add_argument("file", nargs="?", type=argparse.FileType("r", encoding="utf-8"), default=sys.stdin)
    parser.add_argument("--top", type=positive, metavar="N", help="print the N most frequent words only")
    options = parser.parse_args(arguments)
    found = sorted(count(options.file.read()).items(), key=lambda pair: (-pair[1], pair[0]))
    for word, number in found[: options.top]:
        print(f"{number}\t{word}")


if __name__ == "__main__":
    main()
