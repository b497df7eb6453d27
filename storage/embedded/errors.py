"""The one error of the embedded servers."""

from storage.errors import StorageError


class EmbeddedServerError(StorageError):
    """An embedded server cannot run; the message is one sentence for the person who started it."""
