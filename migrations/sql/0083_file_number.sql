-- The last file number given in each governorate.
create table file_number (
    region_id int not null,
    governorate text not null,
    last int not null,
    constraint file_number_pkey primary key (region_id, governorate)
);
