-- Where the queue runner looks for what is due, fed from the log together with open_attempts: the queues that have not ended, a row for
-- each of their tasks, and one for each dependency. The rows of a queue go when it has ended.
create table ${schema}.queues (
  queue_id             text    primary key,
  -- OPEN, RUNNING, STOPPING, ENDED
  phase                text    not null,
  is_running_cancelled boolean not null default false,
  stop_reason          text,
  correlation_id       text    not null
);

create table ${schema}.queue_tasks (
  task_id      text    primary key,
  queue_id     text    not null,
  -- False: no event of the queue says that the task is part of it.
  is_member    boolean not null,
  -- HELD, WAITING (for its agent or next attempt), DISPATCHED, SUCCEEDED, NOT_SUCCEEDED. The first end counts.
  state        text    not null,
  is_cancelled boolean not null,
  -- Parents that have not succeeded.
  open_parents int     not null,
  -- A task above it that ended otherwise than SUCCEEDED.
  failed_above text
);
create index queue_tasks_queue on ${schema}.queue_tasks (queue_id, state);
create index queue_tasks_due on ${schema}.queue_tasks (queue_id) where state = 'HELD' and (open_parents = 0 or failed_above is not null);

create table ${schema}.queue_dependencies (
  task_id   text not null,
  parent_id text not null,
  primary key (parent_id, task_id)
);
create index queue_dependencies_task on ${schema}.queue_dependencies (task_id);
