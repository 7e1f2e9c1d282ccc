-- Only an install that exists can be assigned.
alter table assignment
    add constraint assignment_install_fkey foreign key (region_id, install_id) references install (region_id, install_id);
