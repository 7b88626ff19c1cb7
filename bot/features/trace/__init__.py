"""/trace: an offer's whole way, from the shop's feed to the search, and where it stopped."""
