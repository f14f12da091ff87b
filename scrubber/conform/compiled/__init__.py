"""The guide turned into tables once per process: pyx12's verdicts without its walk."""
