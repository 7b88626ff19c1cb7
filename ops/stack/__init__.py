"""The local stack: real servers and our own services as child processes of one supervisor."""
