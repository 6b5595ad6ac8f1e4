-- What the distribution of apps works by; made from the log. `sequence` is that of the event that last changed the row.
create table ${schema}.distributed_apps (
  name           text   primary key,
  sequence       bigint not null,
  -- When the last batch of its rollout ended, ms since the epoch.
  batch_ended_at bigint not null default 0
);

-- Agents, as selectors see them.
create table ${schema}.selectable_agents (
  id       text   primary key,
  sequence bigint not null,
  -- The agent's view, as JSON.
  view     text   not null
);
create index selectable_agents_changed on ${schema}.selectable_agents (sequence);

-- Apps of the center on agents.
create table ${schema}.apps_of_agents (
  agent_id   text   not null,
  app        text   not null,
  sequence   bigint not null,
  -- Null: it shall not have it.
  wanted     text,
  installed  text,
  -- PENDING, INSTALLED, FAILED: what came of the wanted version.
  outcome    text   not null,
  primary key (agent_id, app)
);
create index apps_of_agents_changed on ${schema}.apps_of_agents (sequence);
