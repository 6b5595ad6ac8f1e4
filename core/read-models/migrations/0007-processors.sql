create table ${schema}.processors (
  id           text    primary key,
  app          text    not null,
  name         text    not null,
  -- Of its last event.
  sequence     bigint  not null,
  version      integer not null,
  -- Its point in the log.
  at_sequence  bigint  not null,
  moved_at     bigint  not null,
  delivered_at bigint
);

-- The tasks in mode P, and where in the log they ended: a lost task may end twice.
create table ${schema}.processor_results (
  task_id        text   primary key,
  app            text   not null,
  first_sequence bigint,
  last_sequence  bigint
);
create index processor_results_first on ${schema}.processor_results (app, first_sequence) where first_sequence is not null;
create index processor_results_last on ${schema}.processor_results (app, last_sequence) where last_sequence is not null;
