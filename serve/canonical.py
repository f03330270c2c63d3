"""The spelling and the draws of `model.canonical`, by the name that the service knows them by."""

from model.canonical import draw_fraction, dump_canonical, hash_canonical, hash_text

__all__ = ["draw_fraction", "dump_canonical", "hash_canonical", "hash_text"]
