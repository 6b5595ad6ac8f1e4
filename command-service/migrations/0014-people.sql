-- Hashes of what proves who people are. In no event, and in no read model.
create table ${schema}.passwords (
  user_id text primary key,
  -- argon2id, with its cost and its salt.
  hash    text not null
);

-- Sessions and access tokens. Instants are ms since the epoch.
create table ${schema}.credentials (
  -- SHA-256 of the token.
  hash         text   primary key,
  id           text   not null,
  -- SESSION, ACCESS_TOKEN
  kind         text   not null,
  user_id      text   not null,
  last_used_at bigint not null,
  -- Null: it does not expire.
  expires_at   bigint
);
create index credentials_of_users on ${schema}.credentials (user_id);

-- Failed sign-ins since the last that was right, of users (`user:<id>`) and of addresses (`address:<address>`).
create table ${schema}.sign_in_failures (
  key          text    primary key,
  count        integer not null,
  -- So many are in no event yet, from `first_at` on, from these addresses.
  untold       integer not null,
  addresses    text[]  not null default '{}',
  first_at     bigint  not null,
  last_at      bigint  not null,
  locked_until bigint
);
