-- Every accepted change, its bytes as they arrived, numbered within its record. Nothing is ever deleted here.
-- (record, actor, seq) is unique, so a copied phone is found by the database itself. Deps are 32-byte hashes, ascending.
create table change (
    region_id int not null,
    record_id uuid not null,
    n int not null,
    hash bytea not null,
    actor bytea not null,
    seq bigint not null,
    start_op bigint not null,
    op_count int not null,
    deps bytea not null,
    install_id uuid not null,
    received_at timestamptz not null,
    bytes bytea not null,
    constraint change_pkey primary key (region_id, record_id, n),
    constraint change_actor_seq_key unique (region_id, record_id, actor, seq)
);
