-- A row is an entry point: a poster, a team or a meeting, with the labels by which stories are grouped.
-- Closed ones stay, because stories were told by them. It holds nothing of tellers.
create or replace view reader.entries_v1 as
select
    entry.code as entry,
    entry.title,
    entry.flow,
    entry.language,
    entry.team,
    entry.neighbourhood
from entries as entry;

comment on view reader.entries_v1 is 'One row is an entry point: the poster, team or meeting by which tellers come in; closed ones too.';
comment on column reader.entries_v1.entry is 'Code of the entry point; stands in stories_v1.entry.';
comment on column reader.entries_v1.title is 'What stands above its page and on its poster.';
comment on column reader.entries_v1.flow is 'Code of the conversation that it begins.';
comment on column reader.entries_v1.language is 'Language that it begins in, two letters; null where that of the teller counts.';
comment on column reader.entries_v1.team is 'Whose entry point it is; null when that was not said.';
comment on column reader.entries_v1.neighbourhood is 'Where it is; null when that was not said.';
