-- National ids and exact points, encrypted with their family's key and bound to their row. A correction is a new row; the one
-- with the greatest n counts, and only it has a blind index. `shown` is what may be seen of the value: the last four digits.
create table sealed_value (
    region_id int not null,
    record_id uuid not null,
    key text not null,
    n int not null,
    family_id uuid not null,
    key_version int not null,
    nonce bytea not null,
    ciphertext bytea not null,
    shown text,
    blind_index bytea,
    command_id bytea not null,
    install_id uuid not null,
    sealed_by uuid not null,
    received_at timestamptz not null,
    constraint sealed_value_pkey primary key (region_id, record_id, key, n),
    constraint sealed_value_command_key unique (region_id, record_id, command_id),
    constraint sealed_value_nonce_check check (octet_length(nonce) = 24)
);
create index sealed_value_family_idx on sealed_value (region_id, family_id);
create index sealed_value_blind_idx on sealed_value (region_id, blind_index) where blind_index is not null;
