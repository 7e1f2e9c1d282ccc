-- A family as the console lists and counts it: its typed row, where its record lives and stands, and whether it counts. Every number, list
-- and export reads this one view, so they cannot differ in what a family is. It reads as who asks (docs/decisions/0010).
create view listed_family with (security_invoker = true) as
select f.region_id, f.record_id, r.area_id, f.name_ar, f.name_en, f.mobile, f.governorate, f.centre, f.district, f.primary_activity,
    split_part(f.primary_activity, '-', 1) as sector, coalesce(f.status, 'provisional') as status, f.file_no, f.verified_on,
    r.created_at, r.changed_at, r.conflict_count,
    case
        when f.duplicate_of is not null or f.status in ('duplicate', 'closed', 'refused', 'moved') then 'uncounted'
        when f.status in ('verified', 'active') then 'verified'
        else 'provisional'
    end as standing
from family f
join record r
    on r.region_id = f.region_id
    and r.record_id = f.record_id;
