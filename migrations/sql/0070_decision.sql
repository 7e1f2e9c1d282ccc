-- What people decided about held changes, numbered for each install from 1: its phone asks for what came after the number it
-- heard last. A released change leaves kept_change, so this table remembers the decision apart from it. The number is taken
-- from the install's own row, whose lock makes number order the order of visibility.
create table decision (
    region_id integer not null,
    install_id uuid not null,
    n bigint not null,
    record_id uuid not null,
    hash bytea not null,
    outcome text not null,
    note text not null,
    decided_at timestamptz not null,
    constraint decision_pkey primary key (region_id, install_id, n),
    constraint decision_outcome_check check (outcome in ('released', 'adopted', 'rejected'))
);
