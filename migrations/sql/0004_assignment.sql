-- Which areas an install may see, and since when: an assignment means the area and all below it. Rows end, they are
-- never removed, so that it can be told later who could see what.
create table assignment (
    region_id integer not null,
    install_id uuid not null,
    area_id integer not null,
    from_at timestamptz not null,
    to_at timestamptz,
    constraint assignment_pkey primary key (region_id, install_id, area_id, from_at),
    constraint assignment_period_check check (to_at >= from_at)
);
create index assignment_area_idx on assignment (region_id, area_id) where to_at is null;
