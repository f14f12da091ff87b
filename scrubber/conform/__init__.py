"""What pyx12 and x12_maps say about conformance: pyx12's own walk, and the guide compiled from its map."""
