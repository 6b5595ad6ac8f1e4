-- What the sender of webhooks works by. The rows of `webhooks` are made from the log, but for the position, which the sender moves.
create table ${schema}.webhooks (
  id         text    primary key,
  -- Of its stream, as far as it is in this row.
  version    integer not null,
  -- ACTIVE, PAUSED
  phase      text    not null,
  is_failing boolean not null default false,
  -- Name, url, filter and id of the secret, as JSON.
  settings   text    not null,
  -- Every event up to here that it delivers is in webhook_deliveries.
  position   text    not null
);

-- Keys that sign, sealed with a key made of the services' secret. They are in no event.
create table ${schema}.webhook_secrets (
  webhook_id text        not null,
  secret_id  text        not null,
  sealed     bytea       not null,
  created_at timestamptz not null default now(),
  primary key (webhook_id, secret_id)
);

-- A row for each delivery: those that are open, and the last of those that have ended. Instants are ms since the epoch.
create table ${schema}.webhook_deliveries (
  webhook_id       text    not null,
  -- Of the event in the log.
  sequence         bigint  not null,
  id               text    not null,
  event_id         text    not null,
  event_type       text    not null,
  stream           text    not null,
  version          integer not null,
  -- PENDING, RETRYING, DELIVERED, FAILED
  state            text    not null default 'PENDING',
  -- Somebody asked for it: no other delivery waits for it.
  is_redelivery    boolean not null default false,
  -- The last attempts, as JSON.
  attempts         text    not null default '[]',
  attempt_count    integer not null default 0,
  first_attempt_at bigint,
  next_attempt_at  bigint,
  ended_at         bigint,
  -- False: it has failed for good, and no event says so yet.
  is_told          boolean not null default true,
  primary key (webhook_id, sequence)
);
create index webhook_deliveries_open on ${schema}.webhook_deliveries (webhook_id, sequence) where state in ('PENDING', 'RETRYING');
create index webhook_deliveries_ended on ${schema}.webhook_deliveries (webhook_id, state, sequence) where state in ('DELIVERED', 'FAILED');
create index webhook_deliveries_untold on ${schema}.webhook_deliveries (webhook_id) where not is_told;
