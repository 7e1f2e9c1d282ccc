-- Lists of families that people of the centre take out: what was asked for, how far it is, and the file until it expires. It stands here and
-- not in a server's memory, so that any server can tell of it. Only who asked sees it, and only while they see its areas.
create table take_out (
    region_id integer not null,
    take_out_id uuid not null,
    staff_id uuid not null,
    area_ids integer[] not null,
    query text not null,
    form text not null,
    personal boolean not null,
    asked_at timestamptz not null,
    rows_total integer,
    rows_done integer not null,
    moved_at timestamptz not null,
    finished_at timestamptz,
    expires_at timestamptz,
    failed text,
    file bytea,
    constraint take_out_pkey primary key (region_id, take_out_id),
    constraint take_out_form_check check (form in ('csv', 'xlsx', 'geojson', 'parquet')),
    constraint take_out_failed_check check (failed in ('storage', 'file')),
    constraint take_out_file_check check (file is null or finished_at is not null and expires_at is not null)
);
create index take_out_staff_idx on take_out (region_id, staff_id);
