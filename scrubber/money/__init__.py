"""What Medicare would pay, estimated: national amounts, the assistant's rate, the reduction for several procedures."""
