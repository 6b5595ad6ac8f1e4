-- Where the scheduler looks for what is due: a row for each schedule, and one more for each of its earlier settings as long as instants
-- of them have neither fired nor been recorded as not fired. Made from the log. Instants are ms since the epoch.
create table ${schema}.schedule_periods (
  schedule_id  text    not null,
  -- Version of the event that began it, in the schedule's stream.
  version      integer not null,
  state        text    not null,
  settings     text    not null,
  -- Instants after `since`, and up to `until`, are those of these settings.
  since        bigint  not null,
  until        bigint,
  -- The last instant that fired or was recorded as not fired.
  settled      bigint  not null,
  -- The first instant after it; null: there is none, or the schedule is paused.
  next_at      bigint,
  last_task_id text,
  primary key (schedule_id, version)
);
create index schedule_periods_next on ${schema}.schedule_periods (next_at) where next_at is not null;
create index schedule_periods_over on ${schema}.schedule_periods (schedule_id) where next_at is null and state = 'RUNNING';
