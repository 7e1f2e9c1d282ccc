-- Under which names the people of a family could be found a second time: governorate, first name and one further name, folded
-- (docs/decisions/0018). Made anew of a family's members whenever it is compared.
create table name_key (
    region_id int not null,
    family_id uuid not null,
    key text not null,
    constraint name_key_pkey primary key (region_id, family_id, key)
);
create index name_key_key_idx on name_key (region_id, key);
