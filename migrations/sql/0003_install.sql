-- One installation of the app on one phone. Only the hash of its token is kept: a copy of this table opens nothing.
create table install (
    region_id integer not null,
    install_id uuid not null,
    role text not null,
    name text not null,
    family_id uuid,
    token_hash bytea not null,
    token_expires_at timestamptz not null,
    enrolled_at timestamptz not null,
    revoked_at timestamptz,
    last_seen_at timestamptz,
    constraint install_pkey primary key (region_id, install_id),
    constraint install_token_key unique (region_id, token_hash),
    constraint install_role_check check (role in ('surveyor', 'supervisor', 'family', 'staff', 'partner', 'admin')),
    constraint install_token_hash_check check (octet_length(token_hash) = 32)
);
