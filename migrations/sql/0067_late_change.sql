-- Accepted changes whose author had lost the record or the area before they arrived, and could not know it: flagged for a
-- person to look at. The area is the one the record stood in.
create table late_change (
    region_id int not null,
    record_id uuid not null,
    n int not null,
    install_id uuid not null,
    cause text not null,
    area_id int not null,
    received_at timestamptz not null,
    constraint late_change_pkey primary key (region_id, record_id, n),
    constraint late_change_cause_check check (cause in ('moved', 'unassigned'))
);
