"""The list of features, the marketplace they make, and the life of the process."""
