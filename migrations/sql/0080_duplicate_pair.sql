-- Two families that may be one, `one_id` the smaller id: how alike they are, by what, and what a person said of them (`open`: nothing
-- yet, `apart`: they are two, `merged`: they are one). Reasons are words, never values;
-- the note is what the person gave as theirs.
create table duplicate_pair (
    region_id int not null,
    one_id uuid not null,
    other_id uuid not null,
    score smallint not null,
    reasons text[] not null,
    state text not null,
    note text not null default '',
    found_at timestamptz not null,
    decided_at timestamptz,
    constraint duplicate_pair_pkey primary key (region_id, one_id, other_id),
    constraint duplicate_pair_order_check check (one_id < other_id),
    constraint duplicate_pair_state_check check (state in ('open', 'apart', 'merged'))
);
create index duplicate_pair_other_idx on duplicate_pair (region_id, other_id);
