COLUMNS = ("pair", "split", "packing", "customer", "shortfall", "shape", "material", "rise_deg", "groups")
MANIFEST = "manifest.csv"
