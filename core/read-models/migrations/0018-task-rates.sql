-- What became of tasks in each minute, of the last day only: `state` is REQUESTED, or an end.
create table ${schema}.task_minutes (
  id       text   primary key,
  -- Minutes since the epoch.
  minute   bigint not null,
  state    text   not null,
  tasks    bigint not null,
  sequence bigint not null
);
create index task_minutes_minute on ${schema}.task_minutes (minute);
-- How long the runs of each app took, by hour, of the last week only: a row for each range of durations that there were.
create table ${schema}.task_durations (
  id         text   primary key,
  -- Hours since the epoch.
  hour       bigint not null,
  app        text   not null,
  -- The durations are up to this one, and above that of the range before; ms.
  up_to_ms   bigint not null,
  runs       bigint not null,
  failed     bigint not null,
  total_ms   bigint not null,
  longest_ms bigint not null,
  sequence   bigint not null
);
create index task_durations_hour on ${schema}.task_durations (hour);
-- Tasks of an app that failed with the same code. After a day without one it begins anew.
create table ${schema}.task_failures (
  id        text   primary key,
  app       text   not null,
  code      text   not null,
  -- ms since the epoch.
  since_at  bigint not null,
  last_at   bigint not null,
  tasks     bigint not null,
  last_task text   not null,
  sequence  bigint not null
);
create index task_failures_since on ${schema}.task_failures (since_at);
-- The schedules of which an instant was missed lately.
create index schedule_fires_missed on ${schema}.schedule_fires (last_at) where outcome = 'MISSED';
