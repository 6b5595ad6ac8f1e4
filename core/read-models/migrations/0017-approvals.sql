-- The tasks that wait for somebody's approval. The text is what core/read-models/tasks writes; what people write is escaped in it.
create index tasks_to_approve on ${schema}.tasks (requested_sequence) where end_state is null and progress like '%"approval":{"state":"PENDING"%';
