"""The lake's jobs: last runs, and Run now."""
