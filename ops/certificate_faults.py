"""What is wrong with a certificate, each fault in a sentence of its own with what to do about it.

The numbers are OpenSSL's (`X509_V_ERR_…` in openssl/x509_vfy.h); Python hands them on as `verify_code`.
"""

import ssl
from datetime import UTC, datetime
from pathlib import Path

from ops.errors import StartupError
from ops.tls import read_certificate

NOT_YET_VALID, EXPIRED, WRONG_PURPOSE, WRONG_HOST, WRONG_ADDRESS = 9, 10, 26, 62, 64
# No issuer to be found, or one that nobody here trusts.
STRANGE_ISSUER = frozenset({2, 7, 18, 19, 20, 21, 27})
CLOCK = "compare the clocks of this machine and of the server's"
NOTHING_SEEN = f"another authority signed it, or the server's clock is wrong: see `python -m ops doctor`, and {CLOCK}"


def shown_fault(error: ssl.SSLCertVerificationError, host: str) -> str:
    """What is wrong with the certificate that `host` shows, to follow "Kafka at …"; no full stop at the end."""
    code = error.verify_code
    if code in (WRONG_HOST, WRONG_ADDRESS):
        return (
            f"shows a certificate that is for other names than `{host}`; call the server by a name that is in its "
            "certificate, or issue it one with this name"
        )
    if code == EXPIRED:
        return (
            "shows a certificate that has expired; renew it by `python -m ops certs rotate`, in a deployment by "
            f"`scripts/generate_ssl.sh --renew`, and {CLOCK} if it should still be good"
        )
    if code == NOT_YET_VALID:
        return f"shows a certificate that is not valid yet; {CLOCK}"
    if code == WRONG_PURPOSE:
        return "shows a certificate that is not meant for a server; is it a client's, in the wrong place?"
    if code in STRANGE_ISSUER:
        return (
            f"shows a certificate that our authority did not sign ({error.verify_message}); check YARMARKA_CREDENTIALS"
        )
    return f"shows a certificate that fails ({error.verify_message}, OpenSSL's {code}); check YARMARKA_CREDENTIALS"


def own_fault(path: Path, now: datetime | None = None) -> str | None:
    """Why a server must refuse the certificate in this file, without a full stop; None when nothing is to be seen."""
    moment = now or datetime.now(UTC)
    try:
        own = read_certificate(path)
    except StartupError as error:
        return str(error).rstrip(".")
    if own.not_valid_after_utc <= moment:
        return (
            f"it expired on {own.not_valid_after_utc:%Y-%m-%d %H:%M} UTC; `python -m ops certs rotate` makes new ones, "
            "in a deployment `scripts/generate_ssl.sh --renew`"
        )
    if own.not_valid_before_utc > moment:
        return f"it is valid from {own.not_valid_before_utc:%Y-%m-%d %H:%M} UTC on; {CLOCK}"
    return None
