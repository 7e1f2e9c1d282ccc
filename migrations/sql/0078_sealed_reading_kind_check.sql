-- The kinds of reading: one sealed value, a look-up, a family's export, the sensitive fields of a family's records.
alter table sealed_reading add constraint sealed_reading_kind_check check (kind in ('show', 'find', 'export', 'reveal'));
