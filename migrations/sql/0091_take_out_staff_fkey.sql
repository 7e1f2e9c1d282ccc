-- A list is taken out by an account that exists.
alter table take_out
    add constraint take_out_staff_fkey foreign key (region_id, staff_id) references staff (region_id, staff_id);
