-- A row is a question of a flow version in one language.
create or replace view reader.questions_v1 as
select
    question.flow,
    question.version as flow_version,
    question.language,
    question.question,
    question.place,
    question.kind,
    question.wording,
    question.allow
from flow_questions as question;

comment on view reader.questions_v1 is 'The codebook: one row is a question of a flow version in one language.';
comment on column reader.questions_v1.flow is 'Code of the conversation.';
comment on column reader.questions_v1.flow_version is 'Version of the conversation.';
comment on column reader.questions_v1.language is 'Language of the wording, two letters.';
comment on column reader.questions_v1.question is 'Code of the question; the same in every version and language.';
comment on column reader.questions_v1.place is 'Place in the order of questions, from 1.';
comment on column reader.questions_v1.kind is 'Kind of question.';
comment on column reader.questions_v1.wording is 'The question as it was asked.';
comment on column reader.questions_v1.allow is 'Ways around the question: not_applicable, dont_know, skip.';
