create table ${schema}.users (
  id            text   primary key,
  made_sequence bigint not null,
  sequence      bigint not null,
  state         text   not null,
  -- The rest of what people see, as JSON. Passwords, tokens and their hashes are not in it.
  details       text   not null
);
create unique index users_made on ${schema}.users (made_sequence);
