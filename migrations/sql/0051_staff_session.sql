-- Who is signed in to the console. Only the hash of the cookie is kept: a copy of this table opens nothing.
create table staff_session (
    region_id integer not null,
    token_hash bytea not null,
    staff_id uuid not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null,
    constraint staff_session_pkey primary key (region_id, token_hash),
    constraint staff_session_hash_check check (octet_length(token_hash) = 32)
);
create index staff_session_staff_idx on staff_session (region_id, staff_id);
