"""Reference data by date of service and payer: therapy codes, NCCI pairs and modifiers, denials that rules prevent."""
