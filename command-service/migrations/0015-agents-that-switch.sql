-- When an agent last began to switch to another version of its own program, ms since the epoch: it is away for a moment, and comes back.
alter table ${schema}.apps_of_agents add column switching_at bigint not null default 0;
