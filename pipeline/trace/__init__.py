"""An offer's whole way, from the shop's file to the search, and where it stopped."""
