-- Areas are a tree of region, governorate and centre. `next_seq` numbers the area's feed: its row lock makes the order
-- of numbers the order of visibility, so a cursor never skips.
create table area (
    region_id integer not null,
    area_id integer not null,
    parent_id integer,
    code text not null,
    name_ar text not null,
    name_en text,
    level text not null,
    next_seq bigint not null default 1,
    constraint area_pkey primary key (region_id, area_id),
    constraint area_code_key unique (region_id, code),
    constraint area_level_check check (level in ('region', 'governorate', 'centre')),
    constraint area_next_seq_check check (next_seq >= 1)
);
create index area_parent_idx on area (region_id, parent_id);
