-- How many decisions there are about the install's held work: the number of the last one.
alter table install add column decision_count bigint not null default 0;
