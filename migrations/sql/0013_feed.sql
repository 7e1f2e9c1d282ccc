-- What phones pull: one row for each run of changes of a record (entry 0), each arrival of a record in an area (1) and each
-- departure (2). The number comes from the area's locked row, so number order is the order in which rows become visible.
-- Changes are not sent back to the install that made them.
create table feed (
    region_id int not null,
    area_id int not null,
    seq bigint not null,
    record_id uuid not null,
    entry smallint not null,
    first_n int not null,
    last_n int not null,
    size_bytes int not null,
    install_id uuid not null,
    constraint feed_pkey primary key (region_id, area_id, seq),
    constraint feed_entry_check check (entry between 0 and 2)
);
