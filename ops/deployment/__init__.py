"""What the containers of `compose/` are given by their set-up, and how they are asked whether they are well."""
