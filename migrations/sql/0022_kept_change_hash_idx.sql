-- People name a held change by its hash.
create index kept_change_hash_idx on kept_change (region_id, hash);
