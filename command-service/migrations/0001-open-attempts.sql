-- Attempts that have not ended, fed from the log by the event handler `deadlines`. Instants are ms since the epoch.
create table ${schema}.open_attempts (
  task_id             text    primary key,
  attempt             int     not null,
  agent_id            text    not null,
  journal_id          text    not null,
  not_after           bigint  not null,
  -- The deadline of a run that has started; null: the run may take as long as it wants.
  deadline_at         bigint,
  -- The task may be called lost after this: by its start deadline, and once it has started by deadline_at.
  lost_after          bigint,
  -- When an unanswered instruction or cancel is to be sent again; null: nothing is unanswered.
  resend_at           bigint,
  resends             int     not null default 0,
  is_acknowledged     boolean not null,
  is_started          boolean not null,
  is_cancel_requested boolean not null
) with (fillfactor = 80);

create index open_attempts_agent on ${schema}.open_attempts (agent_id);
create index open_attempts_lost on ${schema}.open_attempts (lost_after) where lost_after is not null;
create index open_attempts_resend on ${schema}.open_attempts (resend_at) where resend_at is not null;
