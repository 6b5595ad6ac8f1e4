-- Who lets the schedule fire, as JSON: a fire is allowed what he is allowed then. Null: the row is older, and the stream says it.
alter table ${schema}.schedule_periods add column made_by text;
