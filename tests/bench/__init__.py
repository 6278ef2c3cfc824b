"""Measures the budgets of speed; `make bench`."""
