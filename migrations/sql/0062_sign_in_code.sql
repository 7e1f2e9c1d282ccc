-- One-time codes for signing in: one row for each number that asked of late, known or unknown alike, so that both take the
-- same work. The row is the lock under which guesses are counted. Numbers and codes are kept as hashes only, for a day.
create table sign_in_code (
    region_id integer not null,
    number_hash bytea not null,
    salt bytea not null,
    code_hash bytea not null,
    tries integer not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    asked_at timestamptz[] not null,
    constraint sign_in_code_pkey primary key (region_id, number_hash),
    constraint sign_in_code_hash_check check (
        octet_length(number_hash) = 32
        and octet_length(code_hash) = 32
        and octet_length(salt) = 16
    ),
    constraint sign_in_code_tries_check check (tries between 0 and 5)
);
create index sign_in_code_created_idx on sign_in_code (region_id, created_at);
