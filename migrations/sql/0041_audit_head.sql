-- The last row of each region's audit. Its lock makes the order of numbers the order of commits; it is the one row that audit updates.
create table audit_head (
    region_id integer not null,
    n bigint not null,
    hash bytea not null,
    constraint audit_head_pkey primary key (region_id),
    constraint audit_head_hash_check check (octet_length(hash) = 32)
);
