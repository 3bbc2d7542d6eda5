import unittest

from paginate import label, page, pages

LETTERS = list("abcdefghij")


class Paginate(unittest.TestCase):
    def test_number_of_pages(self):
        self.assertEqual(pages(LETTERS, 3), 4)
        self.assertEqual(pages([], 3), 1)

    def test_first_pages(self):
        self.assertEqual(page(LETTERS, 1, 3), ["a", "b", "c"])
        self.assertEqual(page(LETTERS, 2, 3), ["d", "e", "f"])

    def test_no_such_page(self):
        with self.assertRaises(IndexError):
            page(LETTERS, 5, 3)

    def test_label(self):
        self.assertEqual(label(LETTERS, 1, 3), "1-3 of 10")
        self.assertEqual(label([], 1, 3), "none")


if __name__ == "__main__":
    unittest.main()
