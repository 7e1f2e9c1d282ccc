-- A session belongs to an account that exists.
alter table staff_session
    add constraint staff_session_staff_fkey foreign key (region_id, staff_id) references staff (region_id, staff_id);
