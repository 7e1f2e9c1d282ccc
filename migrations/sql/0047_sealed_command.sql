-- Sealed commands that were not taken, with the reason, in the box in which they arrived: held for a person, or refused. Kept
-- so that nothing vanishes silently and the verdict is the same when asked again.
create table sealed_command (
    region_id int not null,
    record_id uuid not null,
    command_id bytea not null,
    key text not null,
    state text not null,
    reason text not null,
    install_id uuid not null,
    sealed_by uuid not null,
    sealed bytea not null,
    received_at timestamptz not null,
    constraint sealed_command_pkey primary key (region_id, record_id, command_id),
    constraint sealed_command_state_check check (state in ('held', 'refused'))
);
