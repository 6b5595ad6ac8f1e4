-- Which event is parked, so far as it is known: a read model may not be able to read it either.
alter table ${schema}.dead_letters add column stream text, add column stream_version int, add column type text;

create index dead_letters_by_stream on ${schema}.dead_letters (handler, stream);
