"""Write output files: whole or not at all."""
