-- The refresh tokens of one install, one row however often they change: every token carries the family's own secret, so one
-- that is neither the current nor the one before is known to be old without keeping all of them. Hashes only.
create table token_family (
    region_id integer not null,
    install_id uuid not null,
    family_hash bytea not null,
    current_hash bytea not null,
    previous_hash bytea,
    retried boolean not null,
    epoch bigint not null,
    refreshed_at timestamptz not null,
    ended_at timestamptz,
    constraint token_family_pkey primary key (region_id, install_id),
    constraint token_family_key unique (region_id, family_hash),
    constraint token_family_hash_check check (
        octet_length(family_hash) = 32
        and octet_length(current_hash) = 32
        and (previous_hash is null or octet_length(previous_hash) = 32)
    )
);
