-- What a reporting tool reads (docs/reports.md): views with plain columns, the codes with their words. They read as the owner of the
-- tables, so that a tool's role needs no right to any table, and each of them takes the region from `report.reader` by who logged in:
-- a setting of the session changes nothing. Nothing that names or finds a person is in them, and what households need and got stands
-- there without its family.
create schema report;

-- Which roles read reports, and of which region. Only the owner reads and writes it.
create table report.reader (
    region_id int not null,
    role_name text not null,
    constraint reader_pkey primary key (region_id, role_name),
    constraint reader_role_key unique (role_name)
);

-- The words of the codes, written by every migration from the lists of the program.
create table report.code (
    list text not null,
    code text not null,
    ar text not null,
    en text not null,
    constraint code_pkey primary key (list, code)
);

-- What `listed_family` says, of the tables themselves: a view that reads as who asks does so inside of another view too. Tests compare both.
create view report.family with (security_barrier = true) as
select f.family_id, f.file_number,
    f.governorate, g.ar as governorate_ar, g.en as governorate_en,
    f.centre, c.ar as centre_ar, c.en as centre_en,
    f.sector, s.ar as sector_ar, s.en as sector_en,
    f.activity, a.ar as activity_ar, a.en as activity_en,
    f.status, t.ar as status_ar, t.en as status_en,
    f.standing, w.ar as standing_ar, w.en as standing_en,
    f.standing <> 'uncounted' as counted,
    f.verified_on, f.registered_at, f.changed_at, f.open_conflicts
from (
    select f.record_id as family_id, f.file_no as file_number, f.governorate, f.centre, f.primary_activity as activity,
        split_part(f.primary_activity, '-', 1) as sector, coalesce(f.status, 'provisional') as status, f.verified_on,
        r.created_at as registered_at, r.changed_at, r.conflict_count as open_conflicts,
        case
            when f.duplicate_of is not null or f.status in ('duplicate', 'closed', 'refused', 'moved') then 'uncounted'
            when f.status in ('verified', 'active') then 'verified'
            else 'provisional'
        end as standing
    from family f
    join record r
        on r.region_id = f.region_id
        and r.record_id = f.record_id
    where f.region_id = (select e.region_id from report.reader e where e.role_name = session_user)
) as f
left join report.code g on g.list = 'governorate' and g.code = f.governorate
left join report.code c on c.list = 'centre' and c.code = f.centre
left join report.code s on s.list = 'sector' and s.code = f.sector
left join report.code a on a.list = 'activity' and a.code = f.activity
left join report.code t on t.list = 'family_status' and t.code = f.status
left join report.code w on w.list = 'standing' and w.code = f.standing;

create view report.count_by_governorate with (security_barrier = true) as
select f.governorate, f.governorate_ar, f.governorate_en, count(*) as families,
    count(*) filter (where f.standing = 'verified') as verified,
    count(*) filter (where f.standing = 'provisional') as provisional
from report.family f
where f.counted
group by f.governorate, f.governorate_ar, f.governorate_en;

create view report.licence with (security_barrier = true) as
select l.family_id, l.type, t.ar as type_ar, t.en as type_en, l.issuer, i.ar as issuer_ar, i.en as issuer_en, l.issued_on, l.expires_on,
    l.state, s.ar as state_ar, s.en as state_en
from licence l
left join report.code t on t.list = 'licence_type' and t.code = l.type
left join report.code i on i.list = 'provider' and i.code = l.issuer
left join report.code s on s.list = 'licence_status' and s.code = l.state
where l.region_id = (select r.region_id from report.reader r where r.role_name = session_user);

create view report.product with (security_barrier = true) as
select p.record_id as product_id, p.family_id, p.name_ar, p.name_en, p.activity, a.ar as activity_ar, a.en as activity_en,
    p.price_halalas / 100.0 as price_riyals, p.unit, u.ar as unit_ar, u.en as unit_en, p.in_stock, p.made_to_order, p.lead_days,
    p.visitor_ready, p.publication, s.ar as publication_ar, s.en as publication_en
from product p
left join report.code a on a.list = 'activity' and a.code = p.activity
left join report.code u on u.list = 'unit' and u.code = p.unit
left join report.code s on s.list = 'publication' and s.code = p.publication
where p.region_id = (select r.region_id from report.reader r where r.role_name = session_user);

create view report.visit with (security_barrier = true) as
select v.record_id as visit_id, v.family_id, v.type, t.ar as type_ar, t.en as type_en, v.outcome, o.ar as outcome_ar, o.en as outcome_en,
    v.started_at, v.ended_at, v.next_visit_on
from visit v
left join report.code t on t.list = 'visit_type' and t.code = v.type
left join report.code o on o.list = 'visit_outcome' and o.code = v.outcome
where v.region_id = (select r.region_id from report.reader r where r.role_name = session_user);

create view report.need with (security_barrier = true) as
select f.governorate, f.governorate_ar, f.governorate_en, f.sector, f.sector_ar, f.sector_en, f.counted,
    n.category, c.ar as category_ar, c.en as category_en, n.priority, coalesce(n.status, 'open') as status, s.ar as status_ar,
    s.en as status_en
from need n
join report.family f on f.family_id = n.family_id
left join report.code c on c.list = 'need_category' and c.code = n.category
left join report.code s on s.list = 'need_status' and s.code = coalesce(n.status, 'open')
where n.region_id = (select r.region_id from report.reader r where r.role_name = session_user);

create view report.service with (security_barrier = true) as
select f.governorate, f.governorate_ar, f.governorate_en, f.sector, f.sector_ar, f.sector_en, f.counted,
    v.type, t.ar as type_ar, t.en as type_en, v.provider, p.ar as provider_ar, p.en as provider_en,
    date_trunc('month', v.date)::date as month
from service v
join report.family f on f.family_id = v.family_id
left join report.code t on t.list = 'service_type' and t.code = v.type
left join report.code p on p.list = 'provider' and p.code = v.provider
where v.region_id = (select r.region_id from report.reader r where r.role_name = session_user);
