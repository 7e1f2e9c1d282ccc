alter table published_family add constraint published_family_count_fkey
    foreign key (region_id, count_id) references published_count (region_id, count_id);
