"""What the scrubber says about itself."""
