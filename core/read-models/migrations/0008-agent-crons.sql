-- What an agent has in its own cron.json, and the runs that it had to drop, as JSON; empty: it never told of any.
alter table ${schema}.agents add column own_crons text not null default '';
-- The last run of each cron of an agent's own.
create table ${schema}.agent_cron_runs (
  -- Agent and cron.
  id       text   primary key,
  agent_id text   not null,
  cron_id  text   not null,
  task_id  text   not null,
  fire_at  bigint not null,
  sequence bigint not null
);
create index agent_cron_runs_agent on ${schema}.agent_cron_runs (agent_id);
