-- Tasks that wait for their agent or their next attempt, fed from the log together with open_attempts. Instants are ms since the
-- epoch. Tasks that wait for their queue are not here: nothing is due for them.
create table ${schema}.waiting_tasks (
  task_id      text    primary key,
  -- The attempt that the task waits for.
  attempt      int     not null,
  agent_id     text    not null,
  -- True: an attempt came before, and the task may still be dispatched after start_before.
  is_retry     boolean not null,
  -- When it may be dispatched; null: as soon as its agent is connected.
  not_before   bigint,
  -- From then on it may be skipped.
  start_before bigint  not null,
  -- How long before them the two instants were set. They are never further away than that, whatever becomes of the clock.
  delay_ms     bigint  not null,
  window_ms    bigint  not null
);

create index waiting_tasks_agent on ${schema}.waiting_tasks (agent_id, task_id);
create index waiting_tasks_not_before on ${schema}.waiting_tasks (not_before) where not_before is not null;
create index waiting_tasks_start_before on ${schema}.waiting_tasks (start_before);
