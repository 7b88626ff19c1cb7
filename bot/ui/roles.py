"""Who may do what: a customer is everyone, a seller speaks for shops, an operator minds the service, an admin all."""

from enum import IntEnum


class Role(IntEnum):
    """Higher values may do everything that lower ones may."""

    CUSTOMER = 0
    SELLER = 1
    OPERATOR = 2
    ADMIN = 3
