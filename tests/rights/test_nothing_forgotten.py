"""What is added later is not forgotten: tables about people go with them, files in use are known."""

from collections.abc import Mapping

from storage.media_references import NAMED
from storage.tables import metadata

APART: Mapping[str, str] = {
    "channel_marks": "of a channel as a whole",
    "entries": "posters, teams and meetings",
    "erasures": "nothing of the erased",
    "flow_options": "wordings",
    "flow_questions": "wordings",
    "flow_versions": "flow files",
    "flows": "flow files",
    "inbox": "known by the chat's hash: `forget_chat`",
    "jobs": "known by what they are about: `_erase_jobs`",
    "participants": "where erasing begins",
    "readings": "the bot's own fixed texts as sound",
    "twilio_contents": "questions without words of tellers",
}
"""Tables that no person's rows hang on, and why nothing of an erased person is left there."""


def test_every_table_about_people_goes_with_them() -> None:
    """A table hangs on a participant, directly or by others, with `ON DELETE CASCADE`; or says why not."""
    reached = {"participants"}
    while True:
        more = {
            table.name
            for table in metadata.sorted_tables
            for key in table.foreign_keys
            if key.ondelete == "CASCADE" and key.column.table.name in reached
        } - reached
        if not more:
            break
        reached |= more

    assert {table.name for table in metadata.sorted_tables} - reached | {"participants"} == set(APART)


def test_every_column_with_a_file_is_looked_at() -> None:
    """A column called `media` names files: the sweep must know it, or it would delete what is in use."""
    held = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name == "media"
    }

    assert {str(statement).partition("FROM ")[2].split()[0] + ".media" for statement in NAMED} == held
