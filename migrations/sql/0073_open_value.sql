-- The same, a row for each value, for whoever asks in SQL: the shown one has the greatest (counter, actor), the actor being that of
-- change n. What the asking role may not see of the table it does not see here.
create view open_value with (security_invoker = true) as
select v.region_id, v.record_id, f.key, (p.put ->> 0)::int as n, (p.put ->> 1)::bigint as counter, (p.put -> 2)::jsonb as value
from open_values v
cross join json_each(v.fields) as f
cross join json_array_elements(f.value) as p(put);
