-- The events that say who may do what, so that an instance reads them at its start without reading the log.
create table ${schema}.access_events (
  position    text    primary key,
  id          text    not null,
  stream      text    not null,
  version     integer not null,
  type        text    not null,
  recorded_at bigint  not null,
  context     bytea   not null,
  data        bytea   not null
);

-- The secrets that auth keys of REST v2 sign with, sealed under the services' secret.
create table ${schema}.auth_key_secrets (
  auth_key_id text  not null,
  secret_id   text  not null,
  sealed      bytea not null,
  primary key (auth_key_id, secret_id)
);
