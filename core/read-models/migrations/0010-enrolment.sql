-- What the center knows of an agent's key, and the labels that its join token and people gave it, as JSON; empty: it has no key.
alter table ${schema}.agents add column enrolment text not null default '';
create table ${schema}.join_tokens (
  id            text   primary key,
  made_sequence bigint not null,
  sequence      bigint not null,
  state         text   not null,
  -- The rest of what people see, as JSON. The token itself is nowhere.
  details       text   not null
);
create unique index join_tokens_made on ${schema}.join_tokens (made_sequence);
