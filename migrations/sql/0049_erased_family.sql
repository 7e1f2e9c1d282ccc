-- Families whose data was erased. Their ids stay, and nothing else, so that what phones still hold of them is not taken again.
create table erased_family (
    region_id int not null,
    family_id uuid not null,
    erased_at timestamptz not null,
    constraint erased_family_pkey primary key (region_id, family_id)
);
