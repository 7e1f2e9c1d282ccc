-- A family's own phone pulls the news of its few records, not the whole feed of its area.
create index feed_record_idx on feed (region_id, record_id, area_id, seq);
