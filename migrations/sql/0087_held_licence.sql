-- The licences that a family holds as far as anybody knows: those that are valid, and those that nobody decided about. Whether one is over
-- is for who knows the day. It reads as who asks (docs/decisions/0010).
create view held_licence with (security_invoker = true) as
select region_id, record_id, family_id, licence_id, type, expires_on
from licence
where coalesce(state, 'unverified') in ('valid', 'expiring', 'unverified');
