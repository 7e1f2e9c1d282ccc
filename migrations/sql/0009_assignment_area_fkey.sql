-- Only to an area that exists.
alter table assignment
    add constraint assignment_area_fkey foreign key (region_id, area_id) references area (region_id, area_id);
