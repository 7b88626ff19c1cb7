"""What a topic holds, kept in a file."""
