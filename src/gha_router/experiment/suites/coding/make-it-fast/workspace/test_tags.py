import unittest

from tags import related

ARTICLES = [("one", ["a", "b"]), ("two", ["b", "c", "a"]), ("three", ["d"]), ("four", ["c"])]


class Related(unittest.TestCase):
    def test_pairs_in_order(self):
        self.assertEqual(related(ARTICLES), [("one", "two", ["a", "b"]), ("two", "four", ["c"])])

    def test_nothing(self):
        self.assertEqual(related([]), [])


if __name__ == "__main__":
    unittest.main()
