-- The key of one family's sealed values, wrapped by a ring of the centre's keys, which lie outside the database. Dropping the
-- row makes everything sealed of the family unreadable, in every backup that is restored without it.
create table family_key (
    region_id int not null,
    family_id uuid not null,
    version int not null,
    ring_version int not null,
    nonce bytea not null,
    wrapped bytea not null,
    made_at timestamptz not null,
    constraint family_key_pkey primary key (region_id, family_id),
    constraint family_key_nonce_check check (octet_length(nonce) = 24)
);
create index family_key_ring_idx on family_key (region_id, ring_version);
