-- Single-use codes that a supervisor hands out. Only the hash is kept; a used row stays, so that a second use is known.
create table enrolment_code (
    region_id integer not null,
    code_hash bytea not null,
    role text not null,
    name text not null,
    family_id uuid,
    area_ids integer[] not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    used_by uuid,
    constraint enrolment_code_pkey primary key (region_id, code_hash),
    constraint enrolment_code_role_check check (role in ('surveyor', 'supervisor', 'family', 'staff', 'partner', 'admin')),
    constraint enrolment_code_hash_check check (octet_length(code_hash) = 32),
    constraint enrolment_code_used_check check ((used_at is null) = (used_by is null))
);
create index enrolment_code_expires_idx on enrolment_code (region_id, expires_at);
