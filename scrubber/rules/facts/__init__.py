"""What is known of a claim, a visit and a patient before any rule looks at them, so that most rules need not."""
