"""Who may do what, in three steps: a customer is everyone, an operator minds the service, an admin the market."""

from enum import IntEnum


class Role(IntEnum):
    """Higher values may do everything that lower ones may."""

    CUSTOMER = 0
    OPERATOR = 1
    ADMIN = 2
