"""What a scrubbed file is written as: parts of each output, made claim by claim, and the whole of them."""
