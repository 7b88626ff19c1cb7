"""Reports to admins: what people searched, what rules hold back, how fast things are, who takes care of alerts."""
