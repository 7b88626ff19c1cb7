"""What cannot be made again from anything else, to files and back: Kafka's topics of state, the lake's histories."""
