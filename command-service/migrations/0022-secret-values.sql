-- The values of secrets: each sealed under a key of its own, which is wrapped under the master key that key_id names.
create table ${schema}.secret_values (
  secret_id text  not null,
  value_id  text  not null,
  key_id    text  not null,
  wrapped   bytea not null,
  sealed    bytea not null,
  kept_at   timestamptz not null default now(),
  primary key (secret_id, value_id)
);
