-- What a phone last told of itself at a sync (the version of its program, the version of the schema it speaks, how many changes it had
-- not sent yet), and when a sync of it last came to its end. Null: it has not said so, as phones from before do not.
alter table install
    add column told_version text,
    add column told_schema bigint,
    add column told_unsent bigint,
    add column synced_at timestamptz;
