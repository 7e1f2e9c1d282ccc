-- Where a change that waits was in its author's right when it came. It keeps that right until what it waits for arrives.
alter table kept_change add column admitted_area_id int;
