"""The commands around `dead_letters`; the code that reads and settles letters is in the contracts."""
