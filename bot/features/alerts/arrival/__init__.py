"""From what is posted to the webhook to cards, and past Kafka when it is away."""
