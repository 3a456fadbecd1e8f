"""What can go wrong in a call, as one family.

ApiError
├── NotSent              nothing reached the server: DNS, refused, a proxy that said no
│   └── TlsRefused       the same: the two sides don't agree on TLS, or on a certificate
├── TimedOut             no answer in time; says whether the request may have been carried out
├── GivenUp              whoever waited stopped waiting; says the same
├── ConnectionLost       the connection broke after the request was sent
├── InvalidToken         401
├── MissingScope         403; names the scopes that the operation needs
├── NotFound             404
├── Conflict             409
├── InvalidRequest       400, 413, 414, 422, and the 404 whose id is bad_request
│   ├── LimitReached     422 that speaks of a limit
│   └── UnsafeName       never sent: a name that must not be put into a path (in paths.py)
├── RateLimited          429; says for how long, where the server does
├── ServerError          5xx
├── UnexpectedStatus     anything else that is not 2xx
│   └── UnclearStatus    a redirect (never followed), 408 or 499: nobody says what became of it
└── UnreadableAnswer     2xx, but not the JSON that the reference describes
"""

# ruff: noqa: N818 - the names say what happened; each is an error by its family

from fntui.api.operations import Operation


class ApiError(Exception):
    """A call that did not give what was asked for.

    Never holds a header, a request body or a token; ``message`` is the server's own text, raw and
    to be made printable before it is shown.

    Attributes:
        operation: Which of the 13 operations, with its method, path template and scopes.
        message: The server's words, or ours where it had none; cut at 2,000 characters.
        status: HTTP status; None where no answer came.
        id: The ``id`` of the error body, such as ``not_found``; ``""`` where there is none.
        request_id: To quote to the vendor's support; None where the answer had none.
        retry_after_s: Seconds the server asked to wait; None where it did not.
        may_have_been_carried_out: True where a write may have taken effect all the same.
    """

    may_have_been_carried_out: bool = False

    def __init__(
        self,
        operation: Operation,
        message: str,
        *,
        status: int | None = None,
        id: str = "",  # noqa: A002 - the API's own name
        request_id: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        """Keep what the answer said."""
        super().__init__(f"{operation.method} {operation.template}: {status or 'no answer'}")
        self.operation = operation
        self.message = message[:2000]
        self.status = status
        self.id = id
        self.request_id = request_id
        self.retry_after_s = retry_after_s


class NotSent(ApiError):
    """Nothing reached the server: no name, no route, refused, or a proxy that said no."""


class TlsRefused(NotSent):
    """No TLS connection: the certificate is not trusted, or one side refused the other's terms.

    A second try would end the same way.
    """


class TimedOut(ApiError):
    """No answer came in time."""

    def __init__(self, operation: Operation, message: str, *, was_sent: bool) -> None:
        """Say whether the request had left, and so may have been carried out."""
        super().__init__(operation, message)
        self.may_have_been_carried_out = was_sent


class GivenUp(ApiError):
    """Whoever waited for the answer stopped waiting."""

    def __init__(self, operation: Operation, *, was_sent: bool) -> None:
        """Say whether a request was under way, and so may have been carried out."""
        super().__init__(operation, "")
        self.may_have_been_carried_out = was_sent


class ConnectionLost(ApiError):
    """The connection broke after the request was sent, before an answer was complete."""

    may_have_been_carried_out = True


class InvalidToken(ApiError):
    """401: the token is wrong, expired or revoked."""


class MissingScope(ApiError):
    """403: the token lacks a scope; ``operation.scopes`` names those that the operation needs."""


class NotFound(ApiError):
    """404: there is no such namespace, trigger or key (any more)."""


class Conflict(ApiError):
    """409: the name is taken, or the object changed meanwhile."""


class InvalidRequest(ApiError):
    """400, 413, 414, 422, or a 404 with the id ``bad_request``: what was to be sent is wrong.

    With no status, it was refused here, before anything was sent.
    """


class LimitReached(InvalidRequest):
    """422: the account may have no more of these."""


class RateLimited(ApiError):
    """429: too many requests with this token, by anyone."""


class ServerError(ApiError):
    """5xx: the server, or a proxy before it, failed; a write may have been carried out."""

    may_have_been_carried_out = True


class UnexpectedStatus(ApiError):
    """A status that the reference does not know."""


class UnclearStatus(UnexpectedStatus):
    """A redirect, 408 or 499: a write may have been carried out before it was given."""

    may_have_been_carried_out = True


class UnreadableAnswer(ApiError):
    """2xx, but the body is not what the reference describes; a write has been carried out."""

    may_have_been_carried_out = True
