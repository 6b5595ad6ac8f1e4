-- How far the clock of a store elsewhere has gone back at most, and the latest time that it told. Without a row: times never decrease.
create table ${schema}.log_clock (
  only_one  boolean primary key default true check (only_one),
  latest_ms bigint  not null,
  back_ms   bigint  not null
);
insert into ${schema}.log_clock (latest_ms, back_ms)
  select max(latest), max(latest - at) from (
    select at, max(at) over (order by position) as latest
    from (select position, (extract(epoch from recorded_at) * 1000)::bigint as at from ${schema}.event_bodies) as told
  ) as counted having count(*) > 0;

-- Ranges of time are ranges of positions (ADR 0050).
drop index ${schema}.tasks_requested_at, ${schema}.event_bodies_recorded;

-- An index over a value and the stretch of the log (4 096 positions) has one entry for all rows of that value in the stretch. It takes
-- a third to a tenth of one over the value and the position, and gives the rows in order just as well.
drop index ${schema}.tasks_agent, ${schema}.tasks_app, ${schema}.tasks_ended, ${schema}.event_log_agent, ${schema}.event_log_actor, ${schema}.event_log_app;
create index tasks_agent on ${schema}.tasks (hashtext(agent_id), ((requested_sequence >> 12)::int4));
create index tasks_app on ${schema}.tasks (app, ((requested_sequence >> 12)::int4));
create index tasks_kind on ${schema}.tasks (kind, ((requested_sequence >> 12)::int4));
create index tasks_ended on ${schema}.tasks (end_state, ((requested_sequence >> 12)::int4)) where end_state is not null;
create index event_log_agent on ${schema}.event_log (agent, ((sequence >> 12)::int4));
create index event_log_actor on ${schema}.event_log (actor, ((sequence >> 12)::int4)) where actor is not null;
create index event_log_app on ${schema}.event_log (app, ((sequence >> 12)::int4)) where app is not null;

create unique index agents_first on ${schema}.agents (first_sequence);
-- Ranges of instants that did not fire, for pages that begin within one.
create index schedule_fires_ranges on ${schema}.schedule_fires (schedule_id, last_at) where first_at < last_at;
