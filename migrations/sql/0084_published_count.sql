-- A count that a person published: who, when, for which areas, by which filter (as it stands in an address) and version of the query, the
-- numbers with their parts, what was not known then, and a hash over its rows. Written once: whoever doubts a number of last year finds
-- what it was made of.
create table published_count (
    region_id int not null,
    count_id uuid not null,
    published_at timestamptz not null,
    staff_id uuid not null,
    areas int[] not null,
    filter text not null,
    query_version int not null,
    families bigint not null,
    verified bigint not null,
    parts jsonb not null,
    not_known jsonb not null,
    rows_hash bytea not null,
    constraint published_count_pkey primary key (region_id, count_id),
    constraint published_count_hash_check check (octet_length(rows_hash) = 32)
);
-- The families that were counted: how many changes their record had and how they stood. What they were follows from those changes, so
-- nothing else of them is kept here. Erasing a family takes its row away; the numbers stay.
create table published_family (
    region_id int not null,
    count_id uuid not null,
    family_id uuid not null,
    change_count int not null,
    standing text not null,
    constraint published_family_pkey primary key (region_id, count_id, family_id),
    constraint published_family_standing_check check (standing in ('verified', 'provisional'))
);
create index published_family_family_idx on published_family (region_id, family_id);
