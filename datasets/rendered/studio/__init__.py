"""Builds food, vessels, light and defects out of numpy meshes; lengths in cm, z points up."""
