-- When each agent was last heard of, on the database's clock. Not a read model: no rebuild touches it.
-- is_connected is written before the event that connects an agent and cleared after the one that ends it, so that every
-- connected agent has it set; where it says too much, the agent's stream decides.
create table ${schema}.agent_liveness (
  agent_id     text        primary key,
  gateway_id   text        not null,
  session_id   text        not null,
  is_connected boolean     not null,
  last_seen_at timestamptz not null
) with (fillfactor = 50); -- room for in-page updates: each row changes every few seconds, no index does
