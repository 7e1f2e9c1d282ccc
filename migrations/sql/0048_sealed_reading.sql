-- Every reading of a sealed value and every look-up by national id, with the reason its reader gave. The audit names the row;
-- the words stand here, since they may name people and must go when a family is erased. The look-ups of the last hour are
-- counted here too: there are only some 10^8 national ids, so who may ask without limit may ask for all of them.
create table sealed_reading (
    region_id int not null,
    reading_id uuid not null,
    read_at timestamptz not null,
    kind text not null,
    family_id uuid,
    reason text not null,
    constraint sealed_reading_pkey primary key (region_id, reading_id),
    constraint sealed_reading_kind_check check (kind in ('show', 'find', 'export'))
);
create index sealed_reading_at_idx on sealed_reading (region_id, kind, read_at);
create index sealed_reading_family_idx on sealed_reading (region_id, family_id);
