-- Secrets of second factors, sealed under the services' secret.
create table ${schema}.second_factors (
  user_id   text   primary key,
  -- Null: there is none yet.
  secret    bytea,
  -- Of one that was begun and not confirmed; null: none.
  pending   bytea,
  -- The last time step whose code was taken: each code is good once.
  last_step bigint not null default 0
);

-- HMACs of the recovery codes that are left, under a key made from the services' secret.
create table ${schema}.recovery_codes (
  user_id text not null,
  hash    text not null,
  primary key (user_id, hash)
);
