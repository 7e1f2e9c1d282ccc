-- A family signs in with the number that its record shows.
create index family_mobile_idx on family (region_id, mobile) where mobile is not null;
