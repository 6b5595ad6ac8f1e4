-- False: the agent is older than the table, and the view lacks what came before.
alter table ${schema}.selectable_agents add column is_whole boolean not null default false;
