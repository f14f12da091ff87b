"""scrubber.toml and waivers.toml as frozen objects: what is checked, for which payer, and who decided each value."""
