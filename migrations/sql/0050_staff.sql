-- People who work in the console. The password rests as an argon2id hash, the secret of the one-time codes encrypted by the centre's
-- keys; `totp_step` is the last step whose code was taken, so that none is taken twice. Rows are disabled, never removed.
create table staff (
    region_id integer not null,
    staff_id uuid not null,
    login text not null,
    name text not null,
    role text not null,
    area_ids integer[] not null,
    password_hash text not null,
    totp_secret bytea not null,
    totp_step bigint not null,
    added_at timestamptz not null,
    signed_in_at timestamptz,
    disabled_at timestamptz,
    constraint staff_pkey primary key (region_id, staff_id),
    constraint staff_login_key unique (region_id, login),
    constraint staff_role_check check (role in ('staff', 'partner', 'admin'))
);
