"""Meaning as numbers: texts that mean alike lie near each other, in Russian, English and fourteen other languages."""
