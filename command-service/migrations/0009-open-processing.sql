-- Results that agents hand to processors, without an outcome so far; fed from the log by the event handler `deadlines`.
create table ${schema}.open_processing (
  task_id    text primary key,
  attempt    int  not null,
  agent_id   text not null,
  -- The journal that has the result.
  journal_id text not null
);

create index open_processing_agent on ${schema}.open_processing (agent_id, task_id);
