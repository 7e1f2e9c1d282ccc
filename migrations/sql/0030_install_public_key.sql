-- The Ed25519 key that the phone made for itself. Without one are installs from before keys; what they send is not signed.
alter table install add column public_key bytea;
