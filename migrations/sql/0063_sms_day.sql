-- What texts cost is counted by calendar day of the region, so that a flood of sign-ins ends at a limit and not at a bill.
create table sms_day (
    region_id integer not null,
    day date not null,
    sent integer not null,
    stopped integer not null,
    constraint sms_day_pkey primary key (region_id, day),
    constraint sms_day_count_check check (sent >= 0 and stopped >= 0)
);
