"""A seeded generator of 837P files and what is measured with them. Nothing here is part of the installed package."""
