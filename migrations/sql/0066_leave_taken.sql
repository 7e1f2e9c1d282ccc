-- The last departure of each area that an install is known to have taken: a cursor of its own once showed it. Claims of an
-- older cursor do not count any more. Written only when a departure is first seen to be taken.
create table leave_taken (
    region_id int not null,
    install_id uuid not null,
    area_id int not null,
    seq bigint not null,
    constraint leave_taken_pkey primary key (region_id, install_id, area_id)
);
