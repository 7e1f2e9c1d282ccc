-- Each time a record left an area, with the number that the departure has in the area's feed: what proves whether a phone
-- could know of it. An area remembers when a record last left it, so that a sync looks here only where it may find something.
create table departure (
    region_id int not null,
    record_id uuid not null,
    area_id int not null,
    seq bigint not null,
    left_at timestamptz not null,
    constraint departure_pkey primary key (region_id, record_id, area_id, seq)
);

create index departure_area_idx on departure (region_id, area_id, seq);

alter table area add column last_leave_at timestamptz;
