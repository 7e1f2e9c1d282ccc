-- A family that a person found to be another: which changes of the centre said so, so that they can be taken back, and how many changes
-- the lost family's record had with them. What phones wrote into it afterwards was written into the survivor too: `followed_change`.
create table family_merge (
    region_id int not null,
    lost_id uuid not null,
    n int not null,
    survivor_id uuid not null,
    lost_change bytea not null,
    survivor_change bytea,
    change_count int not null,
    merged_at timestamptz not null,
    ended_at timestamptz,
    constraint family_merge_pkey primary key (region_id, lost_id, n)
);
create index family_merge_survivor_idx on family_merge (region_id, survivor_id) where ended_at is null;
create table followed_change (
    region_id int not null,
    lost_id uuid not null,
    change_n int not null,
    survivor_id uuid not null,
    hash bytea,
    constraint followed_change_pkey primary key (region_id, lost_id, change_n)
);
create index followed_change_survivor_idx on followed_change (region_id, survivor_id);
