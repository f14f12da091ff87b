"""The nouns every later room speaks: finding, fix, evidence, location, and the edit journal."""
