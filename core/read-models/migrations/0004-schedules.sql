create table ${schema}.schedules (
  id            text   primary key,
  made_sequence bigint not null,
  sequence      bigint not null,
  state         text   not null,
  agent         text   not null,
  agent_id      text   not null,
  app           text   not null,
  -- The rest of what people see, as JSON.
  details       text   not null
);
create unique index schedules_made on ${schema}.schedules (made_sequence);
-- What became of the instants of schedules: a task, or a range of instants that did not fire.
create table ${schema}.schedule_fires (
  id          text   primary key,
  schedule_id text   not null,
  -- The first and the last ms of the range; the same for a task.
  first_at    bigint not null,
  last_at     bigint not null,
  outcome     text   not null,
  reason      text,
  task_id     text,
  rule        text,
  time_zone   text,
  sequence    bigint not null
);
create index schedule_fires_last on ${schema}.schedule_fires (schedule_id, last_at);
