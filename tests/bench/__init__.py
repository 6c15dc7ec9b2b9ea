"""What building costs: `python -m tests.bench`. No test passes or fails by its figures."""
