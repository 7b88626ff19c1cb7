"""Pictures that are drawn here when they are asked for: a product whose shop has no photographs still has one."""
