-- Writes one batch: several appends, each atomic by itself, one transaction, one call. The lock is taken and given back
-- by the server, so a client that stops can't sit on it; with it no position becomes visible after a later one.
-- `append_*` has one element an append, `event_*` one an event; `event_appends` says which append (from 1) it belongs to.
-- `announce` tells other processes that there is something new.
-- Answers where the good appends begin and when they were recorded, and in `unfit` those that were not written now:
-- positions set = the same events are there already, else a version conflict.
create function ${schema}.append_events(
  append_streams text[], append_expected int[],
  event_appends int[], event_streams text[], event_versions int[], event_ids uuid[], event_types text[], event_contexts bytea[], event_datas bytea[],
  announce boolean,
  out first_position bigint, out recorded_ms bigint, out unfit jsonb
) language plpgsql volatile as $$
declare
  last_position bigint;
  last_recorded timestamptz;
  recorded      timestamptz;
  unfit_appends int[];
begin
  perform pg_advisory_xact_lock(hashtextextended('${schema}.append_events', 0));

  select e.position, e.recorded_at into last_position, last_recorded from ${schema}.events e order by e.position desc limit 1;
  last_position := coalesce(last_position, 0);
  -- Whole milliseconds, as clients see it; never before the last event, whatever the clock does.
  recorded := greatest(date_trunc('milliseconds', clock_timestamp()), last_recorded);

  -- A sub-select a row: as a join with a CTE it was a quadratic plan.
  select array_agg(a.index order by a.index) into unfit_appends
    from unnest(append_streams, append_expected) with ordinality as a(stream, expected, index)
    where a.expected <> coalesce((select max(e.stream_version) from ${schema}.events e where e.stream_id = a.stream), -1);

  if unfit_appends is null then
    insert into ${schema}.events (position, stream_id, stream_version, event_id, type, recorded_at, context, data)
      select last_position + n.index, n.stream, n.version, n.id, n.type, recorded, n.context, n.data
        from unnest(event_streams, event_versions, event_ids, event_types, event_contexts, event_datas)
          with ordinality as n(stream, version, id, type, context, data, index);
  else
    insert into ${schema}.events (position, stream_id, stream_version, event_id, type, recorded_at, context, data)
      select last_position + row_number() over (order by n.index), n.stream, n.version, n.id, n.type, recorded, n.context, n.data
        from unnest(event_appends, event_streams, event_versions, event_ids, event_types, event_contexts, event_datas)
          with ordinality as n(append, stream, version, id, type, context, data, index)
        where n.append <> all (unfit_appends);
    unfit := ${schema}.explain_unfit(unfit_appends, append_streams, event_appends, event_versions, event_ids);
  end if;

  if announce then
    perform pg_notify('${schema}_events', '');
  end if;
  first_position := last_position + 1;
  recorded_ms := (extract(epoch from recorded) * 1000)::bigint;
end
$$;

-- Tells a repeated append (all its events are there, with the same ids at the same versions) from a version conflict.
create function ${schema}.explain_unfit(
  unfit_appends int[], append_streams text[], event_appends int[], event_versions int[], event_ids uuid[]
) returns jsonb language sql stable as $$
  select jsonb_agg(jsonb_build_object(
      'append', u.append,
      'current', coalesce((select max(e.stream_version) from ${schema}.events e where e.stream_id = append_streams[u.append]), -1),
      'positions', case when f.found = f.sent then f.positions end,
      'recorded', f.recorded))
    from unnest(unfit_appends) as u(append)
    cross join lateral (
      select count(*) as sent, count(e.position) as found,
             jsonb_agg(e.position order by n.version) as positions,
             jsonb_agg((extract(epoch from e.recorded_at) * 1000)::bigint order by n.version) as recorded
        from unnest(event_appends, event_versions, event_ids) as n(append, version, id)
        left join ${schema}.events e on e.stream_id = append_streams[u.append] and e.stream_version = n.version and e.event_id = n.id
        where n.append = u.append
    ) f
$$;
