-- Tokens belong to an install that exists.
alter table token_family
    add constraint token_family_install_fkey foreign key (region_id, install_id) references install (region_id, install_id);
