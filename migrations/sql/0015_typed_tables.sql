-- The typed tables that a BI tool reads: a pivot of the shown values, written in the transaction that accepts a change. Their
-- columns are those of the schema table; a field added later gets its column when the server starts (docs/decisions/0004).
create table family (
    region_id int not null,
    record_id uuid not null,
    family_id uuid not null,
    name_ar text,
    name_en text,
    mobile text,
    contacts jsonb,
    governorate text,
    centre text,
    district text,
    address text,
    short_address text,
    primary_activity text,
    activities text[],
    channels text[],
    languages text[],
    started_year integer,
    place_of_work text,
    lead_time_days integer,
    capacity_note text,
    workers_family integer,
    workers_hired integer,
    story_ar text,
    story_en text,
    assigned_to text,
    block text,
    origin_system text,
    origin_key text,
    file_no text,
    status text,
    count_state text,
    duplicate_of text,
    verified_on date,
    constraint family_pkey primary key (region_id, record_id)
);
create index family_family_idx on family (region_id, family_id);

create table licence (
    region_id int not null,
    record_id uuid not null,
    family_id uuid not null,
    licence_id text not null,
    type text,
    number text,
    issuer text,
    issued_on date,
    expires_on date,
    state text,
    constraint licence_pkey primary key (region_id, record_id, licence_id)
);
create index licence_family_idx on licence (region_id, family_id);

create table consent (
    region_id int not null,
    record_id uuid not null,
    family_id uuid not null,
    consent_id text not null,
    purpose text,
    decision text,
    basis text,
    language text,
    at timestamptz,
    text_version text,
    constraint consent_pkey primary key (region_id, record_id, consent_id)
);
create index consent_family_idx on consent (region_id, family_id);

create table household_member (
    region_id int not null,
    record_id uuid not null,
    family_id uuid not null,
    member_id text not null,
    name text,
    gender text,
    birth_date date,
    birth_precision text,
    birth_calendar text,
    relation text,
    work_role text,
    education text,
    left_on date,
    id_last4 text,
    constraint household_member_pkey primary key (region_id, record_id, member_id)
);
create index household_member_family_idx on household_member (region_id, family_id);

create table household (
    region_id int not null,
    record_id uuid not null,
    family_id uuid not null,
    housing text,
    rooms integer,
    eligibilities text[],
    origin_system text,
    origin_key text,
    constraint household_pkey primary key (region_id, record_id)
);
create index household_family_idx on household (region_id, family_id);

create table income (
    region_id int not null,
    record_id uuid not null,
    family_id uuid not null,
    income_id text not null,
    period_from date,
    period_to date,
    kind text,
    band text,
    amount bigint,
    source text,
    constraint income_pkey primary key (region_id, record_id, income_id)
);
create index income_family_idx on income (region_id, family_id);

create table need (
    region_id int not null,
    record_id uuid not null,
    family_id uuid not null,
    need_id text not null,
    category text,
    detail text,
    priority integer,
    amount bigint,
    status text,
    constraint need_pkey primary key (region_id, record_id, need_id)
);
create index need_family_idx on need (region_id, family_id);

create table service (
    region_id int not null,
    record_id uuid not null,
    family_id uuid not null,
    service_id text not null,
    type text,
    provider text,
    need text,
    date date,
    amount bigint,
    note text,
    constraint service_pkey primary key (region_id, record_id, service_id)
);
create index service_family_idx on service (region_id, family_id);

create table product (
    region_id int not null,
    record_id uuid not null,
    family_id uuid not null,
    name_ar text,
    name_en text,
    name_ur text,
    name_id text,
    name_tr text,
    name_fr text,
    description_ar text,
    description_en text,
    description_ur text,
    description_id text,
    description_tr text,
    description_fr text,
    activity text,
    price_halalas bigint,
    unit text,
    min_quantity integer,
    in_stock boolean,
    made_to_order boolean,
    lead_days integer,
    seasons text[],
    visitor_ready boolean,
    ingredients text,
    allergens text[],
    shelf_life_days integer,
    storage text,
    submitted boolean,
    origin_system text,
    origin_key text,
    publication text,
    reason text,
    constraint product_pkey primary key (region_id, record_id)
);
create index product_family_idx on product (region_id, family_id);

create table product_photo (
    region_id int not null,
    record_id uuid not null,
    family_id uuid not null,
    photo_id text not null,
    alt text,
    sort_order integer,
    constraint product_photo_pkey primary key (region_id, record_id, photo_id)
);
create index product_photo_family_idx on product_photo (region_id, family_id);

create table visit (
    region_id int not null,
    record_id uuid not null,
    family_id uuid not null,
    type text,
    outcome text,
    started_at timestamptz,
    ended_at timestamptz,
    form_version text,
    note text,
    next_visit_on date,
    accuracy_m integer,
    origin_system text,
    origin_key text,
    constraint visit_pkey primary key (region_id, record_id)
);
create index visit_family_idx on visit (region_id, family_id);
