-- How far the feed of each area was looked through for families to compare; and families to compare although no feed says so.
create table matched (
    region_id int not null,
    area_id int not null,
    seq bigint not null,
    constraint matched_pkey primary key (region_id, area_id)
);
create table match_due (
    region_id int not null,
    family_id uuid not null,
    constraint match_due_pkey primary key (region_id, family_id)
);
