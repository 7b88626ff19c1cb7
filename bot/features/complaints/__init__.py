"""What customers report of products, and what admins make of it."""
