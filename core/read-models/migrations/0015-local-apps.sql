-- Facts of agents as text: each app says whether it is a local folder. What an agent told before, it told of those.
update ${schema}.agents set facts = left(facts, position('"apps":[' in facts) + 6)
  || '[' || (
    select coalesce(string_agg(left(app::text, -1) || ',"isLocal":true}', ',' order by place), '')
    from json_array_elements(facts::json -> 'apps') with ordinality as apps (app, place)
  ) || ']}'
where facts like '%"apps":[{%' and facts not like '%"isLocal":true}%' and facts not like '%"isLocal":false}%';
