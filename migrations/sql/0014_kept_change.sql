-- Pushed changes that are not (yet) part of their record, with the reason: waiting for something to arrive, held for a person,
-- or refused. Their bytes are kept so that nothing vanishes silently and the verdict is the same when asked again.
create table kept_change (
    region_id int not null,
    record_id uuid not null,
    hash bytea not null,
    state text not null,
    reason text not null,
    fields jsonb not null,
    kind smallint not null,
    area_id int not null,
    family_id uuid not null,
    install_id uuid not null,
    received_at timestamptz not null,
    bytes bytea not null,
    constraint kept_change_pkey primary key (region_id, record_id, hash),
    constraint kept_change_state_check check (state in ('waiting', 'held', 'refused'))
);

create index kept_change_waiting_idx on kept_change (region_id, family_id) where state = 'waiting';
