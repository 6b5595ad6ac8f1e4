create table ${schema}.apps (
  id            text   primary key,
  made_sequence bigint not null,
  sequence      bigint not null,
  state         text   not null,
  -- The rest of what people see, as JSON.
  details       text   not null
);
create unique index apps_made on ${schema}.apps (made_sequence);

-- Their ids are `<app>/<version>`.
create table ${schema}.app_versions (
  id            text   primary key,
  made_sequence bigint not null,
  sequence      bigint not null,
  state         text   not null,
  details       text   not null
);
create unique index app_versions_made on ${schema}.app_versions (made_sequence);
create index app_versions_of_app on ${schema}.app_versions (split_part(id, '/', 1), made_sequence);

-- Their ids are `<app>:<number>`.
create table ${schema}.rollouts (
  id            text   primary key,
  made_sequence bigint not null,
  sequence      bigint not null,
  state         text   not null,
  details       text   not null
);
create unique index rollouts_made on ${schema}.rollouts (made_sequence);
create index rollouts_of_app on ${schema}.rollouts (split_part(id, ':', 1), made_sequence);

-- Apps of the center on agents. Their ids are `<app>/<agent>`.
create table ${schema}.app_agents (
  id            text   primary key,
  made_sequence bigint not null,
  sequence      bigint not null,
  state         text   not null,
  details       text   not null,
  app           text   not null,
  agent_id      text   not null,
  rollout_id    text
);
create index app_agents_of_app on ${schema}.app_agents (app, made_sequence, id);
create index app_agents_of_agent on ${schema}.app_agents (agent_id);
create index app_agents_of_rollout on ${schema}.app_agents (rollout_id) where rollout_id is not null;
