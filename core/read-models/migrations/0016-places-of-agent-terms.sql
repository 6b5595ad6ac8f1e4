-- The place of an agent in the list, so that what a selector selects is found here alone, in the order of the list.
alter table ${schema}.agent_terms add column first_sequence bigint;
update ${schema}.agent_terms as t set first_sequence = a.first_sequence from ${schema}.agents as a where a.id = t.id;
alter table ${schema}.agent_terms alter column first_sequence set not null;
create unique index agent_terms_first on ${schema}.agent_terms (first_sequence);
