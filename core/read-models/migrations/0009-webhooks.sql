create table ${schema}.webhooks (
  id            text   primary key,
  made_sequence bigint not null,
  sequence      bigint not null,
  state         text   not null,
  -- The rest of what people see, as JSON.
  details       text   not null
);
create unique index webhooks_made on ${schema}.webhooks (made_sequence);
