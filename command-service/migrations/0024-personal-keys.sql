-- The keys of the texts that say who users are: names, addresses. Each is wrapped under the key that key_id names. Erasing a user deletes the row.
create table ${schema}.personal_keys (
  user_id text  primary key,
  key_id  text  not null,
  wrapped bytea not null,
  kept_at timestamptz not null default now()
);
