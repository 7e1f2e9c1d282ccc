-- The last row of the audit of each day (Asia/Riyadh) that is over, signed by the server's key, which is not in the database: whoever
-- can write here can still not make an audit whose last rows are missing look whole.
create table audit_day (
    region_id integer not null,
    day date not null,
    n bigint not null,
    hash bytea not null,
    signature bytea not null,
    public_key bytea not null,
    constraint audit_day_pkey primary key (region_id, day),
    constraint audit_day_length_check check (
        octet_length(hash) = 32
        and octet_length(signature) = 64
        and octet_length(public_key) = 32
    )
);
