create table ${schema}.inventory_sources (
  id            text   primary key,
  made_sequence bigint not null,
  sequence      bigint not null,
  state         text   not null,
  -- The rest of what people see, as JSON.
  details       text   not null
);
