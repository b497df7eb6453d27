"""What a worker on recordings works with; made once per process."""

from dataclasses import dataclass

from storage.database import Database
from storage.media import MediaStore
from storage.vault import Vault
from workers.decoding import Decoder
from workers.queue import Doorbell
from workers.settings import WorkerSettings
from workers.transcriber import Transcriber


@dataclass(frozen=True, slots=True)
class Workbench:
    """The stores, the engine that makes text, what opens sound, and the bell for jobs that come of a job."""

    settings: WorkerSettings
    database: Database
    vault: Vault
    media: MediaStore
    transcriber: Transcriber
    decoder: Decoder
    doorbell: Doorbell
