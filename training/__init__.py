"""Data sets, defect composition, fitting, evaluation and release of the vision model."""
