-- Stretches of an area's feed made ready for many phones: the deliveries of everything in the area that its rows from after_seq
-- (exclusive) to last_seq are about, as packed frames. Whatever takes a record out of the area deletes the area's bundles in the same
-- transaction, so that none shows what is no longer there. They can be deleted at any time and are made again.
create table feed_bundle (
    region_id int not null,
    area_id int not null,
    after_seq bigint not null,
    last_seq bigint not null,
    size_bytes int not null,
    frames bytea not null,
    installs uuid[] not null,
    departed uuid[] not null,
    shown uuid[] not null,
    shown_kinds json not null,
    constraint feed_bundle_pkey primary key (region_id, area_id, after_seq)
);

alter table feed_bundle alter column frames set storage external;
