-- A need can be assigned to an agency; its column is there before statements are checked against it.
alter table need add column if not exists agency text;
