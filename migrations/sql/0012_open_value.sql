-- The open values of each field: puts that no later put replaced. More than one row for a key is a conflict; the shown one
-- has the greatest (counter, actor), the actor being that of change n.
create table open_value (
    region_id int not null,
    record_id uuid not null,
    key text not null,
    n int not null,
    counter bigint not null,
    value jsonb not null,
    constraint open_value_pkey primary key (region_id, record_id, key, n)
);
