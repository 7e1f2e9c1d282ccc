-- Lists of families that people of the centre bring in: the file as it came, which column is what once that was confirmed, how far it is,
-- and what was left out. The file goes when it is done or when nobody confirmed it in an hour, what was left out after an hour.
create table bring_in (
    region_id integer not null,
    bring_in_id uuid not null,
    staff_id uuid not null,
    source text not null,
    form text not null,
    file bytea,
    brought_at timestamptz not null,
    columns text,
    rows_total integer not null,
    rows_done integer not null,
    moved_at timestamptz not null,
    families_new integer not null,
    families_updated integer not null,
    families_same integer not null,
    rows_rejected integer not null,
    finished_at timestamptz,
    failed text,
    rejects bytea,
    constraint bring_in_pkey primary key (region_id, bring_in_id),
    constraint bring_in_form_check check (form in ('csv', 'xlsx')),
    constraint bring_in_failed_check check (failed in ('storage', 'file'))
);
create index bring_in_staff_idx on bring_in (region_id, staff_id);
