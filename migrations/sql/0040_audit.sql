-- Who did what, when, on which records and from which install: every decision and every reading of sensitive values. Rows are only
-- ever added. Each carries the hash of the one before it and its own, so that one that is changed, moved or taken out is found
-- (`usra audit verify`, docs/operations.md). `detail` holds codes and numbers, never what a person typed.
create table audit (
    region_id integer not null,
    n bigint not null,
    at timestamptz not null,
    by_kind text not null,
    by_id uuid,
    by_name text,
    action text not null,
    install_id uuid,
    record_ids uuid[] not null,
    detail jsonb not null,
    previous bytea not null,
    hash bytea not null,
    constraint audit_pkey primary key (region_id, n),
    constraint audit_n_check check (n >= 1),
    constraint audit_by_kind_check check (by_kind in ('operator', 'staff', 'install', 'server')),
    constraint audit_hash_check check (octet_length(previous) = 32 and octet_length(hash) = 32)
);

-- An index of arrays cannot lead with region_id without an extension; it stays within the region's part of the table all the same.
create index audit_record_idx on audit using gin (record_ids);
