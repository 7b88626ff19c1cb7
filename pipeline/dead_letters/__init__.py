"""Dead letters: looked at, sent again, dismissed; `pipeline.kafka.dead_letters` writes them."""
