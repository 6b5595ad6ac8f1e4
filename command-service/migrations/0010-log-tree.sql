-- The Merkle tree over the log (ADR 0110). It is made from the log, but no rebuild drops it: what it says of old events must stay.
create table ${schema}.log_tree (
  log_id        text    not null,
  size          bigint  not null,
  -- Sequence of the position of the last event in it.
  last_sequence bigint  not null,
  only_one      boolean primary key default true check (only_one)
);

-- 256 hashes of one height a row; a level is eight heights.
create table ${schema}.log_tiles (
  log_id         text     not null,
  level          smallint not null,
  number         bigint   not null,
  after_sequence bigint   not null,
  hashes         bytea    not null,
  ids            bytea    not null,
  primary key (log_id, level, number)
);
-- Hashes do not get smaller.
alter table ${schema}.log_tiles alter column hashes set storage external;
create index log_tiles_after on ${schema}.log_tiles (log_id, after_sequence) where level = 0;

create table ${schema}.log_heads (
  log_id     text   not null,
  size       bigint not null,
  root       bytea  not null,
  signed_at  bigint not null,
  key_id     text   not null,
  public_key text   not null,
  signature  text   not null,
  primary key (log_id, size)
);

-- The last head that was told to each receiver.
create table ${schema}.log_head_places (
  place  text   primary key,
  log_id text   not null,
  size   bigint not null
);
