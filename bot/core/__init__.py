"""From an update to its handler: route, role, context, errors; who people are, and what is written down."""
