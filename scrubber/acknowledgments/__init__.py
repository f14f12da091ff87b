"""What is answered to the sender of a file: TA1, 999 and 277CA."""
