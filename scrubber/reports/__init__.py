"""What was found and done, for programs and for people: json, csv, xml, html and the terminal."""
