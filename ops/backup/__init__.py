"""Kafka's topics of state to files and back: the one thing that cannot be made again from anything else."""
