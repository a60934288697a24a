"""The one expected failure of this package."""


class Failure(Exception):
    """Something that the caller can act on. `reason` is one of the protocol's reasons."""

    def __init__(self, reason: str, message: str):
        super().__init__(message)
        self.reason = reason
        self.message = message
