-- A row is what a teller told and agreed to share: a story they confirmed, or one left unfinished.
-- Of an unfinished one nobody read the text back, so it lies sealed beside these columns: story and title
-- are null. They are null too where a flow asks for no story, only for answers.
create or replace view reader.stories_v1 as
select
    story.id as story_id,
    story.told_on,
    story.flow,
    story.version as flow_version,
    story.audience,
    story.entry,
    story.channel,
    story.language,
    story.title,
    story.story,
    story.told_by,
    story.words,
    story.share_with,
    story.complete
from stories as story
where not story.held and (
    -- The newest answer counts; consents to other things neither show nor hide a story.
    select consent.given and consent.withdrawn_at is null
    from consents as consent
    where consent.session = story.session and consent.purpose = 'share'
    order by consent.id desc
    limit 1
);

comment on view reader.stories_v1 is 'One row is what a teller told and agreed to share: a confirmed story, one left unfinished, or answers alone.';
comment on column reader.stories_v1.story_id is 'Random id of the story; says nothing about the teller.';
comment on column reader.stories_v1.told_on is 'The day on which it was confirmed, or left unfinished for good (Dutch time).';
comment on column reader.stories_v1.flow is 'Code of the conversation in which it was told.';
comment on column reader.stories_v1.flow_version is 'Version of that conversation; its wording is in questions_v1.';
comment on column reader.stories_v1.audience is 'For whom the conversation is: coach, resident, and so on.';
comment on column reader.stories_v1.entry is 'Code of the poster, team or meeting by which the teller came; empty when none.';
comment on column reader.stories_v1.channel is 'Where it was told: web, telegram, whatsapp or sms.';
comment on column reader.stories_v1.language is 'Language of the conversation, two letters.';
comment on column reader.stories_v1.title is 'What the teller would call the story; null when not complete.';
comment on column reader.stories_v1.story is 'The text as the teller confirmed it, without contact details; null when not complete, or when none was asked.';
comment on column reader.stories_v1.told_by is 'text or voice.';
comment on column reader.stories_v1.words is 'Number of words of the story, 0 without one.';
comment on column reader.stories_v1.share_with is 'Code of the answer to the question who may read the story.';
comment on column reader.stories_v1.complete is 'Whether the teller came to the end; false when time ran out, and then story, title and free texts are null.';
