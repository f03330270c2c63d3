"""Foreign objects that measure only: no picture to learn from may ever show one.

How well a network finds kinds that it was never trained on can be told by things that are drawn as
well as the others and kept apart from them. `tests/training/test_unseen.py` holds them apart.
"""
