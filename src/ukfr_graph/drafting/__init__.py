"""A text → proposed records: general rules, each value with its rule and a confidence; a person accepts."""
