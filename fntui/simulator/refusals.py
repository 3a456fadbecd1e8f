"""Why the simulated server refuses, in the reference's words where it has some.

RefusedError            status, id, message
├── BadRequestError         400; creating a namespace answers it with 404
├── UnauthorizedError       401
├── NotAllowedError         403
├── NotFoundError           404
├── ConflictError           409
├── UnprocessableError      422
├── TooManyRequestsError    429
├── ServerFailedError       500
└── UnavailableError        503
"""


class RefusedError(Exception):
    """An answer other than success.

    Attributes:
        status: HTTP status.
        id: The ``id`` of the error body.
        message: The ``message`` of the error body.
    """

    status: int
    id: str

    def __init__(self, message: str) -> None:
        """Keep what the answer will say."""
        super().__init__(message)
        self.message = message


class BadRequestError(RefusedError):
    """The body is not what the operation wants."""

    status = 400
    id = "bad_request"

    def __init__(self, message: str, status: int = 400) -> None:
        """Keep the message; some operations answer with another status."""
        super().__init__(message)
        self.status = status


class UnauthorizedError(RefusedError):
    """The token is none of ours."""

    status = 401
    id = "unauthorized"

    def __init__(self) -> None:
        """Say what the reference says."""
        super().__init__("Unable to authenticate you.")


class NotAllowedError(RefusedError):
    """The token's scopes, or the object itself, don't allow this."""

    status = 403
    id = "forbidden"

    def __init__(self, to_do: str) -> None:
        """Say what is not allowed, as a verb phrase."""
        super().__init__(f"not allowed to {to_do}")


class NotFoundError(RefusedError):
    """There is no such object, or no such path."""

    status = 404
    id = "not_found"

    def __init__(self, what: str = "") -> None:
        """Say what was not found."""
        where = "The resource you were accessing could not be found."
        super().__init__(f"{what} not found" if what else where)


class ConflictError(RefusedError):
    """The name is taken."""

    status = 409
    id = "conflict"

    def __init__(self) -> None:
        """Say what the reference says."""
        super().__init__("The request could not be completed due to a conflict.")


class UnprocessableError(RefusedError):
    """One object too many, or a label that is taken."""

    status = 422
    id = "unprocessable_entity"


class TooManyRequestsError(RefusedError):
    """The token was used too often."""

    status = 429
    id = "too_many_requests"

    def __init__(self) -> None:
        """Say what the reference says."""
        super().__init__("API rate limit exceeded.")


class ServerFailedError(RefusedError):
    """The server failed."""

    status = 500
    id = "server_error"

    def __init__(self) -> None:
        """Say what the reference says."""
        super().__init__("Unexpected server-side error")


class UnavailableError(RefusedError):
    """The server is away."""

    status = 503
    id = "service_unavailable"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("Service Unavailable")
