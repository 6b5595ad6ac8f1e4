-- The audit log keeps numbers to find events by; the events are read where they are. Where the store's own table is in this
-- database, that is elves.events, and event_bodies stays empty. Where the store is elsewhere, event_bodies has them, in columns of
-- the same names.
alter table ${schema}.event_log rename to event_log_0001;
alter table ${schema}.event_log_0001 rename constraint event_log_pkey to event_log_0001_pkey;
drop index ${schema}.event_log_stream, ${schema}.event_log_correlation, ${schema}.event_log_agent, ${schema}.event_log_type,
  ${schema}.event_log_actor, ${schema}.event_log_brin;

-- The number of a text: the first 32 bits of its SHA-256. Two texts may have one number, so whoever finds by it compares the text.
create function ${schema}.word(text) returns int language sql immutable strict parallel safe as $$
  select ('x' || encode(substring(sha256(convert_to($1, 'UTF8')) for 4), 'hex'))::bit(32)::int
$$;

-- Measured a task of five events: 2 586 bytes with texts and bytes, 767 with numbers.
create table ${schema}.event_log (
  sequence    bigint not null,
  -- Null where the agent of the event caused it itself: that is found by the agent.
  actor       int,
  correlation int    not null,
  agent       int,
  app         int,
  -- Null for the five events of every successful task: they are so frequent that reading backwards finds them.
  rare_type   int
);

create table ${schema}.event_bodies (
  position       bigint      primary key,
  stream_id      text        not null,
  stream_version int         not null,
  event_id       uuid        not null,
  type           text        not null,
  recorded_at    timestamptz not null,
  context        bytea       not null,
  data           bytea       not null
);

do $$
declare
  is_store_here boolean := false;
  total bigint;
  done bigint := 0;
  moved bigint;
  last bigint := -1;
  next bigint;
begin
  select count(*) into total from ${schema}.event_log_0001;
  if total > 0 and to_regclass('elves.log') is not null then
    execute 'select exists (select from elves.log where log_id = (select left(position, 8) from ${schema}.checkpoints limit 1))' into is_store_here;
  end if;
  while done < total loop
    with page as (
      select * from ${schema}.event_log_0001 where sequence > last order by sequence limit 100000
    ), kept as (
      insert into ${schema}.event_bodies (position, stream_id, stream_version, event_id, type, recorded_at, context, data)
        select sequence, stream, version, event_id, type, timestamptz 'epoch' + recorded_at * interval '1 millisecond', context, data
          from page where not is_store_here order by sequence
    ), entered as (
      insert into ${schema}.event_log (sequence, actor, correlation, agent, app, rare_type)
        select sequence, case when actor_id is distinct from agent_id then ${schema}.word(actor_id) end, ${schema}.word(correlation_id), ${schema}.word(agent_id), ${schema}.word(app),
            case when type not in ('TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskSucceeded') then ${schema}.word(type) end
          from page order by sequence
    )
    select count(*), max(sequence) into moved, next from page;
    last := next;
    done := done + moved;
    raise notice 'the audit log is made smaller: % of % events', done, total;
  end loop;
end
$$;
drop table ${schema}.event_log_0001;

alter table ${schema}.event_log add primary key (sequence);
create index event_log_correlation on ${schema}.event_log (correlation);
create index event_log_agent on ${schema}.event_log (agent, sequence);
create index event_log_rare_type on ${schema}.event_log (rare_type, sequence) where rare_type is not null;
create index event_log_actor on ${schema}.event_log (actor, sequence) where actor is not null;
create index event_log_app on ${schema}.event_log using brin (app int4_bloom_ops) with (pages_per_range = 8, autosummarize = on);
create index event_bodies_stream on ${schema}.event_bodies (hashtext(stream_id), stream_version);
create index event_bodies_recorded on ${schema}.event_bodies using brin (recorded_at) with (pages_per_range = 32, autosummarize = on);
