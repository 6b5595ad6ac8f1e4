-- How far old values have been aged out, and the streams whose turn came while their task was still open.
create table ${schema}.aged_values (
  through  bigint  not null,
  only_one boolean primary key default true check (only_one)
);
insert into ${schema}.aged_values (through) values (0);
create table ${schema}.values_still_kept (
  stream_id text primary key
);

create or replace function ${schema}.refuse_change() returns trigger language plpgsql as $$
begin
  -- Set by age_out_values alone, and only for its one statement.
  if tg_op = 'UPDATE' and current_setting('${schema}.ages_out', true) = 'on' then
    return null;
  end if;
  raise exception 'events are never changed: % on %.%', tg_op, tg_table_schema, tg_table_name using errcode = 'restrict_violation';
end
$$;

-- Replaces the data of events by the same data with references in place of large values. Nothing else of an event ever changes.
create function ${schema}.age_out_values(positions bigint[], datas bytea[]) returns void language plpgsql as $$
begin
  perform set_config('${schema}.ages_out', 'on', true);
  update ${schema}.events e set data = n.data from unnest(positions, datas) as n(position, data) where e.position = n.position;
  perform set_config('${schema}.ages_out', 'off', true);
end
$$;
