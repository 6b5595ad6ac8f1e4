-- What each process says of itself every few seconds. No event depends on it, and nobody acts on it: it is there to be looked at.
create unlogged table ${schema}.instances (
  kind         text        not null,
  instance     text        not null,
  host         text        not null,
  version      text        not null,
  pid          int         not null,
  state        text        not null,
  started_at   timestamptz not null,
  last_seen_at timestamptz not null,
  metrics      jsonb       not null,
  primary key (kind, instance)
);

-- Incidents that are open: made from the log, so that a watcher which begins knows which of them it has to end.
create table ${schema}.open_incidents (
  stream   text   primary key,
  kind     text   not null,
  subject  text   not null,
  message  text   not null,
  since    bigint not null,
  position text   not null
);
