"""The vision model: from photo bytes to scores, a severity grade and drawn evidence."""
