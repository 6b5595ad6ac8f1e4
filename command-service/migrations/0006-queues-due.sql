-- What hangs on a failure, and what never became part of its queue, is rare: without an index of their own each look at a large queue
-- went through all of its tasks that wait.
create index queue_tasks_hanging on ${schema}.queue_tasks (queue_id) where state = 'HELD' and failed_above is not null and is_member;
create index queue_tasks_left on ${schema}.queue_tasks (queue_id) where state = 'HELD' and open_parents = 0 and not is_member;
