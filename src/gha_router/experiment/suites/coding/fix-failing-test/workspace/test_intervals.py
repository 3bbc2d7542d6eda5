import unittest

from intervals import merge, total


class Merge(unittest.TestCase):
    def test_neighbours_become_one(self):
        self.assertEqual(merge([(4, 6), (1, 3)]), [(1, 6)])

    def test_one_inside_the_other(self):
        self.assertEqual(merge([(1, 10), (2, 3)]), [(1, 10)])

    def test_apart_they_stay_two(self):
        self.assertEqual(merge([(1, 2), (5, 6)]), [(1, 2), (5, 6)])


class Total(unittest.TestCase):
    def test_each_number_counts_once(self):
        self.assertEqual(total([(1, 10), (2, 3)]), 10)


if __name__ == "__main__":
    unittest.main()
