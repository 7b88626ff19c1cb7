"""Who may do what: giving and taking roles."""
