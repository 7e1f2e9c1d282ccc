-- Until when a revoked install may still deliver its unsent work. Null: it has not begun to.
alter table install add column last_word_until timestamptz;
