-- Failed sign-ins by the hash of the login that was typed, whether there is such an account or not, so that a pause tells nobody which
-- logins exist; and of all logins together under a hash of zeros. It is the database that counts, for however many servers there are.
create table staff_try (
    region_id integer not null,
    login_hash bytea not null,
    failed_count integer not null,
    locked_until timestamptz,
    tried_at timestamptz not null,
    constraint staff_try_pkey primary key (region_id, login_hash),
    constraint staff_try_hash_check check (octet_length(login_hash) = 32)
);
