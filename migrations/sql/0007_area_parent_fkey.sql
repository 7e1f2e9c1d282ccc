-- An area lies in an area of the same region.
alter table area
    add constraint area_parent_fkey foreign key (region_id, parent_id) references area (region_id, area_id);
