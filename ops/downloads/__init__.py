"""Software that the project runs on and does not carry: Java, jars, Debian tools; fetched once for a machine."""
