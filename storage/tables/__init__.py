"""The tables, with the meaning of every column that does not speak for itself.

Columns of type `LargeBinary` named `sealed…` hold data sealed by the vault: what was told and is not yet
confirmed, platform payloads, addresses. Times are `timestamptz`, ids of people and things are random.
"""

from storage.tables.base import metadata
from storage.tables.messages import (
    channel_marks,
    chat_messages,
    inbox,
    outbox,
    sends,
    twilio_contents,
)
from storage.tables.people import addresses, participants, sessions
from storage.tables.publishing import entries, flow_options, flow_questions, flow_versions, flows
from storage.tables.reading import readings
from storage.tables.rights import data_files, erasures
from storage.tables.telling import (
    answers,
    consents,
    findings,
    photos,
    recording_pieces,
    recordings,
    searches,
    stories,
    transcripts,
)
from storage.tables.work import jobs

__all__ = [
    "addresses",
    "answers",
    "channel_marks",
    "chat_messages",
    "consents",
    "data_files",
    "entries",
    "erasures",
    "findings",
    "flow_options",
    "flow_questions",
    "flow_versions",
    "flows",
    "inbox",
    "jobs",
    "metadata",
    "outbox",
    "participants",
    "photos",
    "readings",
    "recording_pieces",
    "recordings",
    "searches",
    "sends",
    "sessions",
    "stories",
    "transcripts",
    "twilio_contents",
]
