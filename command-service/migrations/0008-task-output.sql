-- What runs printed. No read model and in no event: rebuild, verify and backups leave it alone. Kept by the day (UTC) on which the run
-- began: a partition a day, made when it is needed and dropped as a whole.
create table ${schema}.task_outputs (
  day        integer not null,
  task_id    text    not null,
  attempt    integer not null,
  agent_id   text    not null,
  -- The agent process that runs it.
  boot_id    text    not null,
  -- Bytes that are in task_output_chunks, from the first one on without a gap.
  kept       bigint  not null default 0,
  -- Bytes that the run printed, as far as the agent has said.
  printed    bigint  not null default 0,
  -- Why nothing is kept after these: LIMIT, AGENT_FULL, AGENT_GONE, CENTER; null: all is kept so far.
  cut        text,
  is_altered boolean not null default false,
  is_ended   boolean not null default false,
  primary key (task_id, attempt, day)
) partition by list (day);
create index task_outputs_open on ${schema}.task_outputs (agent_id) where not is_ended;

create table ${schema}.task_output_chunks (
  day       integer not null,
  task_id   text    not null,
  attempt   integer not null,
  at_offset bigint  not null,
  -- Lengths of the pieces in `bytes`, comma-separated; those of standard error are negative.
  pieces    text    not null,
  -- UTF-8, at most 64 KiB.
  bytes     bytea   not null,
  primary key (task_id, attempt, at_offset, day)
) partition by list (day);

-- One row: output of runs that began before this day is not kept any more.
create table ${schema}.task_output_retention (
  is_one      boolean primary key default true check (is_one),
  dropped_day integer not null
);
insert into ${schema}.task_output_retention (dropped_day) values (0);
