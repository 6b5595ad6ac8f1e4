create table ${schema}.queues (
  id            text   primary key,
  made_sequence bigint not null,
  sequence      bigint not null,
  state         text   not null,
  app           text,
  created_at    bigint not null,
  -- The rest of what people see, as JSON.
  details       text   not null
);
create unique index queues_made on ${schema}.queues (made_sequence);
-- The queue of a task; null for all tasks of earlier releases, which had no queues.
alter table ${schema}.tasks add column queue_id text;
create index tasks_queue on ${schema}.tasks (queue_id, requested_sequence) where queue_id is not null;
