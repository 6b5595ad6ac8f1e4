-- Attempts that have not ended, fed from the log by the event handler `deadlines`. Instants are ms since the epoch.
create table ${schema}.open_attempts (
  task_id             text    primary key,
  attempt             int     not null,
  agent_id            text    not null,
  journal_id          text    not null,
  not_after           bigint  not null,
  -- For a run that has started; null: it may take as long as it wants.
  deadline_at         bigint,
  -- From then on the task may be called lost: by its start deadline, and once started by deadline_at.
  lost_after          bigint,
  -- When something unanswered (the instruction, or a cancel) is to be sent again; null: nothing is.
  resend_at           bigint,
  resends             int     not null default 0,
  is_acknowledged     boolean not null,
  is_started          boolean not null,
  is_cancel_requested boolean not null
) with (fillfactor = 80);

create index open_attempts_agent on ${schema}.open_attempts (agent_id);
create index open_attempts_lost on ${schema}.open_attempts (lost_after) where lost_after is not null;
create index open_attempts_resend on ${schema}.open_attempts (resend_at) where resend_at is not null;
