-- How many tasks were requested in each minute of the last hour, fed from the log together with open_attempts: of a user or an auth key, of
-- an app, and for an agent. A quota of tasks an hour goes by it.
create table ${schema}.task_rates (
  kind   text    not null,
  of     text    not null,
  -- Minutes since the epoch.
  minute bigint  not null,
  count  integer not null,
  primary key (kind, of, minute)
);
create index task_rates_minute on ${schema}.task_rates (minute);
