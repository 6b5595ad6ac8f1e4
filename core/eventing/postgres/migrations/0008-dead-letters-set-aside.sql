-- When somebody said that nobody needs to look at it any more, and why.
alter table ${schema}.dead_letters add column set_aside_at timestamptz, add column set_aside_reason text;
