create table ${schema}.checkpoints (
  name       text        primary key,
  position   text        not null,
  updated_at timestamptz not null default now()
);

-- Parked events of handlers that call user code: visible, replayable, never dropped in silence.
create table ${schema}.dead_letters (
  id         bigint      generated always as identity primary key,
  handler    text        not null,
  position   text        not null,
  code       text        not null,
  message    text        not null,
  attempts   int         not null default 1,
  parked_at  timestamptz not null default now(),
  unique (handler, position)
);

-- Who owns a piece of work, until when, on this server's clock. The token grows with each change of hands.
create table ${schema}.leases (
  name       text        primary key,
  owner      text        not null,
  token      bigint      not null,
  expires_at timestamptz not null
);
