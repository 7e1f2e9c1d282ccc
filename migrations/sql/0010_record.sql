-- A record's summary row: what it is, where it lives, and where its history stands. The row is the lock under which a
-- record changes. Heads are 32-byte hashes one after another, ascending. No foreign keys on the tables that ingest
-- writes: one transaction writes them all, and the keys would cost a look-up for every row (docs/decisions/0003).
create table record (
    region_id int not null,
    record_id uuid not null,
    kind smallint not null,
    family_id uuid not null,
    area_id int not null,
    created_by uuid not null,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    change_count int not null,
    conflict_count int not null,
    heads bytea not null,
    digest bytea not null,
    constraint record_pkey primary key (region_id, record_id),
    constraint record_kind_check check (kind between 1 and 4),
    constraint record_digest_check check (octet_length(digest) = 8)
);

create index record_area_idx on record (region_id, area_id);
create index record_family_idx on record (region_id, family_id);
