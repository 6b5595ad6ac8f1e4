-- The log. Position and version are assigned by append_events alone, under one lock, so positions have no gaps.
create table ${schema}.events (
  position       bigint      primary key,
  stream_id      text        not null,
  stream_version int         not null,
  event_id       uuid        not null,
  type           text        not null,
  recorded_at    timestamptz not null,
  context        bytea       not null,
  data           bytea       not null,
  unique (stream_id, stream_version)
);

-- Which log this is. Give it another id after restoring a backup, so that positions of the lost part are told apart.
create table ${schema}.log (
  log_id   text    not null check (log_id ~ '^[0-9a-f]{8}$'),
  only_one boolean primary key default true check (only_one)
);
insert into ${schema}.log (log_id) values (substr(replace(gen_random_uuid()::text, '-', ''), 1, 8));

create function ${schema}.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'events are never changed: % on %.%', tg_op, tg_table_schema, tg_table_name using errcode = 'restrict_violation';
end
$$;

create trigger events_are_insert_only before update or delete or truncate on ${schema}.events
  for each statement execute function ${schema}.refuse_change();
