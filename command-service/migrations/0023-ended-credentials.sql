-- What a session or an access token was is known for some time after its end, so that the log can tell whose was shown again.
alter table ${schema}.credentials
  add column ended_at    bigint,
  -- It was not ended by anybody: it was too old, or unused for too long.
  add column has_expired boolean not null default false;
