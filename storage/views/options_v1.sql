-- A row is an option, a corner, an end or a stone of a question, in one language.
create or replace view reader.options_v1 as
select
    option.flow,
    option.version as flow_version,
    option.language,
    option.question,
    option.code,
    option.place,
    option.label
from flow_options as option;

comment on view reader.options_v1 is 'The codebook: one row is an option (or a corner, an end of a line, a stone) in one language.';
comment on column reader.options_v1.flow is 'Code of the conversation.';
comment on column reader.options_v1.flow_version is 'Version of the conversation.';
comment on column reader.options_v1.language is 'Language of the label, two letters.';
comment on column reader.options_v1.question is 'Code of the question (questions_v1).';
comment on column reader.options_v1.code is 'Code of the option; stands in answers_v1.code, of a triad and of stones in answers_v1.part; axis:left and so on are the ends of an axis.';
comment on column reader.options_v1.place is 'Place in the order shown, from 1.';
comment on column reader.options_v1.label is 'The option as it was shown.';
