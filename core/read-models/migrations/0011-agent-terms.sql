-- What a selector may ask an agent for: JSON arrays as texts, ["key"] for each key that it has and ["key","value"] for each value.
-- A table of its own, because a change of its link must not touch the index.
create table ${schema}.agent_terms (
  id    text  primary key,
  terms jsonb not null
);
create index agent_terms_terms on ${schema}.agent_terms using gin (terms);

-- The agents that are there already. One whose facts hold what jsonb can not (a NUL, half a surrogate pair) gets its terms with its next change.
create function pg_temp.terms_of(agent ${schema}.agents) returns jsonb language plpgsql as $$
declare
  facts jsonb := agent.facts::jsonb;
  given jsonb := case when agent.enrolment = '' then '{}' else agent.enrolment end::jsonb;
begin
  return (
    with held (key, value) as (
      select 'id', agent.id
      union all select 'ip', agent.ip where agent.ip <> '' and agent.state <> 'REMOVED'
      union all select name, facts ->> name from unnest(array['name', 'platform', 'version']) as name where facts ->> name <> ''
      union all select 'app', app ->> 'name' from jsonb_array_elements(facts -> 'apps') as app
      union all select key, value from jsonb_each_text(
        (facts -> 'labels') || coalesce(given -> 'tokenLabels', '{}') || coalesce(given -> 'givenLabels', '{}'))
        where key not in ('id', 'ip', 'name', 'platform', 'version', 'app')
    ), named (term) as (
      select '[' || to_json(key)::text || ']' from held
      union select '[' || to_json(key)::text || ',' || to_json(value)::text || ']' from held
    )
    select coalesce(jsonb_agg(term order by term collate "C"), '[]') from named
  );
exception when others then
  return '[]';
end $$;
insert into ${schema}.agent_terms (id, terms) select agents.id, pg_temp.terms_of(agents) from ${schema}.agents as agents;
drop function pg_temp.terms_of(${schema}.agents);
