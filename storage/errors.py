"""The errors of storage, one root for all."""


class StorageError(Exception):
    """Something about what is kept is wrong; one sentence, no personal data."""


class SealError(StorageError):
    """Sealed data could not be opened: the key is not the one it was sealed with, or it is damaged."""


class SettingsError(StorageError):
    """A setting is missing or wrong; says which and what would be right."""


class UnpublishedFlowError(StorageError):
    """A session names a flow version that is not in the database."""
