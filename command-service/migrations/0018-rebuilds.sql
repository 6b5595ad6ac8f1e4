-- Read models that somebody has made anew: where projection-service finds what it is asked for, and people what came of it.
create table ${schema}.rebuilds (
  id           text     primary key,
  state        text     not null,
  version      int      not null,
  read_models  text[]   not null,
  reason       text,
  requested_at bigint   not null,
  requested_by text     not null,
  ended_at     bigint,
  up_to        text,
  code         text,
  message      text
);
create index rebuilds_requested_at on ${schema}.rebuilds (requested_at, id);
