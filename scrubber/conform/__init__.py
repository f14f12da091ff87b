"""What pyx12 and x12_maps say about conformance to the guide."""
