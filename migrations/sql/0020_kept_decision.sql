-- What a person decided about a kept change: when, and what its author is told. A released change leaves the table, since it
-- is part of its record then; an adopted or rejected one stays, refused, so that the same question gets the same answer.
alter table kept_change add column decided_at timestamptz;
alter table kept_change add column note text;
