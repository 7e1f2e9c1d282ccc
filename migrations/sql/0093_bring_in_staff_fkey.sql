-- A list is brought in by an account that exists.
alter table bring_in
    add constraint bring_in_staff_fkey foreign key (region_id, staff_id) references staff (region_id, staff_id);
