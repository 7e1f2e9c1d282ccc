-- What people of the centre decided about licences, in which words, for which agency and with which points of a check list; rows are only
-- ever added. The state itself is in the record, where phones read it; this stays at the centre. n counts a licence's decisions from 1.
create table licence_decision (
    region_id int not null,
    family_id uuid not null,
    licence_id text not null,
    n int not null,
    state text not null,
    reason text not null,
    agency text not null,
    points text[] not null,
    by_id uuid,
    by_name text,
    decided_at timestamptz not null,
    constraint licence_decision_pkey primary key (region_id, family_id, licence_id, n),
    constraint licence_decision_n_check check (n >= 1)
);
