import unittest

from cart import receipt, total_cents


class Cart(unittest.TestCase):
    def test_the_sum(self):
        self.assertEqual(total_cents([("100", 2), ("50", 1)]), 250)

    def test_the_receipt(self):
        self.assertEqual(receipt([("100", 2)]), "to pay: 2.00")


if __name__ == "__main__":
    unittest.main()
