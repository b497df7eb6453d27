-- A row is one part of one answer that belongs to a story readers see.
create or replace view reader.answers_v1 as
select
    story.story_id,
    answer.question,
    answer.kind,
    answer.part,
    answer.status,
    -- A photo's code is our own id of it: people look at photos first, and no view shows them.
    case when answer.kind <> 'photo' then answer.code end as code,
    answer.number,
    answer.text,
    answer.x,
    answer.y,
    answer.input_method,
    (answer.answered_at at time zone 'Europe/Amsterdam')::date as answered_on
from answers as answer
join stories as kept on kept.session = answer.session
join reader.stories_v1 as story on story.story_id = kept.id
where not answer.superseded;

comment on view reader.answers_v1 is 'One row is one part of one answer: an option chosen, a corner of a triad, a text.';
comment on column reader.answers_v1.story_id is 'The story the answer says something about (stories_v1).';
comment on column reader.answers_v1.question is 'Code of the question (questions_v1).';
comment on column reader.answers_v1.kind is 'Kind of question: choice, triad, text, and so on.';
comment on column reader.answers_v1.part is 'Which part: the option chosen, the corner of a triad, the stone; empty where there is one part.';
comment on column reader.answers_v1.status is 'answered, not_applicable, dont_know or skipped; four different things.';
comment on column reader.answers_v1.code is 'Code of the option chosen (options_v1); of a stone off, when it does not belong.';
comment on column reader.answers_v1.number is 'A number; of a dyad 0 (left) to 100, of a triad the share of this corner, the three together exactly 100.';
comment on column reader.answers_v1.text is 'Words of the teller, without contact details, null in an unfinished story; of a date the day, as 2026-03-12.';
comment on column reader.answers_v1.x is 'Of stones: from the left, 0 to 100.';
comment on column reader.answers_v1.y is 'Of stones: from the bottom, 0 to 100.';
comment on column reader.answers_v1.input_method is 'How it was given: buttons, buttons7, canvas, text, voice or photo.';
comment on column reader.answers_v1.answered_on is 'The day of the answer (Dutch time).';
