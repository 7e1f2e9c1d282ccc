-- An area belongs to a region that exists. A step of its own, so that a distributed database can take it.
alter table area
    add constraint area_region_fkey foreign key (region_id) references region (region_id);
