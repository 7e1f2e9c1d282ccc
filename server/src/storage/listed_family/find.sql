-- The families in the areas ($2) that a filter means: the one statement that finds families (../listed_family.rs).
select f.record_id as "record_id!", f.governorate, f.primary_activity as activity, f.status as "status!",
    f.standing as "standing!", f.created_at as "created_at!", f.changed_at as "changed_at!"
from listed_family f
where f.region_id = $1
    and f.area_id = any($2)
    and ($3::text is null or coalesce(f.governorate, '') = $3)
    and ($4::text is null or coalesce(f.sector, '') = $4)
    and ($5::text is null or coalesce(f.primary_activity, '') = $5)
    and ($6::text is null or f.status = $6)
    and ($7::text is null or f.standing = $7 or $7 = 'counted' and f.standing <> 'uncounted')
    and ($8::text is null or exists (
        select
        from need n
        where n.region_id = f.region_id and n.family_id = f.record_id and n.category = $8
            and coalesce(n.status, 'open') in ('open', 'verified', 'referred', 'in_progress')
    ))
    and ($9::text is null or exists (
        select
        from service s
        where s.region_id = f.region_id and s.family_id = f.record_id and s.type = $9
    ))
    and ($10::timestamptz is null or f.created_at >= $10)
    and ($11::timestamptz is null or f.created_at < $11)
    and ($12::timestamptz is null or f.changed_at > $12)
    and ($13::date is null or exists (
        select
        from licence l
        where l.region_id = f.region_id and l.family_id = f.record_id
            and l.expires_on >= $13 and l.expires_on < $14
    ))
    and ($15::text is null or exists (
        select
        from service s
        where s.region_id = f.region_id and s.family_id = f.record_id and s.provider = $15
    ))
    and ($16::text is null or exists (
        select
        from held_licence h
        where h.region_id = f.region_id and h.family_id = f.record_id and h.type = $16
            and coalesce(h.expires_on >= $17, true)
    ))
    and ($18::text is null or not exists (
        select
        from held_licence h
        where h.region_id = f.region_id and h.family_id = f.record_id and h.type = $18
            and coalesce(h.expires_on >= $19, true)
    ))
    and ($20::integer[] is null or f.area_id = any($20))
    and ($21::text is null or exists (
        select
        from family d
        where d.region_id = f.region_id and d.record_id = f.record_id and coalesce(d.block, '') = $21
    ))
    and ($22::boolean is null or $22 = exists (
        select
        from visit v
        where v.region_id = f.region_id and v.family_id = f.record_id and v.outcome in ('DONE', 'PART')
            and v.started_at >= $23
    ))
    and ($24::uuid is null or exists (
        select
        from install one
        join install every
            on every.region_id = one.region_id
            and every.name = one.name
            and every.role = one.role
        join family d
            on d.region_id = every.region_id
            and d.assigned_to = every.install_id::text
        where one.region_id = f.region_id and one.install_id = $24 and d.record_id = f.record_id
    ))
order by f.changed_at desc, f.record_id
