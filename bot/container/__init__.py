"""What features are built on: the parts that are opened, the foundation they share, and how a feature registers."""
