-- When auth keys of REST v2 were last used, in ms since the epoch. It is told once a minute at most.
create table ${schema}.auth_key_uses (
  auth_key_id  text   primary key,
  last_used_at bigint not null
);

-- Last uses are asked for by the ids of access tokens.
create index credentials_by_id on ${schema}.credentials (id);
