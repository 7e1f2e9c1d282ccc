-- The open values of a record, all in one row: writing a row for each value took most of what taking changes in cost the database.
-- A field's key leads to its open values, each as [number of its change, counter, value]; more than one is a conflict. It is written and
-- read whole: json is not taken apart as jsonb is, and what fits a page is not compressed.
create table open_values (
    region_id int not null,
    record_id uuid not null,
    fields json not null,
    constraint open_values_pkey primary key (region_id, record_id)
) with (toast_tuple_target = 8160);
insert into open_values (region_id, record_id, fields)
select region_id, record_id, json_object_agg(key, puts)
from (
    select region_id, record_id, key, json_agg(json_build_array(n, counter, value) order by n) as puts
    from open_value
    group by region_id, record_id, key
) as of_field
group by region_id, record_id;
drop table open_value;
