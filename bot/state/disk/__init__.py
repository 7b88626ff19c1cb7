"""What a topic holds, kept in a file, so that neither memory nor the start grows with it: see `DiskView`."""
