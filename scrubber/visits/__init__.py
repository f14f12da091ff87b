"""Treatment records, minutes and visits: what was done, laid beside what is billed."""
