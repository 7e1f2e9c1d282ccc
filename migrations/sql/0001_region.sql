-- A region is the unit of tenancy: region_id leads every key of every table, so that regions can be spread over machines.
-- It also names the life of its data: `epoch` changes when the cluster under it was restored from a backup.
create table region (
    region_id integer not null,
    code text not null,
    name_ar text not null,
    name_en text not null,
    epoch bigint not null,
    database_identity text,
    public_url text,
    constraint region_pkey primary key (region_id),
    constraint region_code_key unique (code),
    constraint region_epoch_check check (epoch between 0 and 4294967295)
);
