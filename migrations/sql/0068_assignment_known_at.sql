-- When the install was first seen to know that the assignment had ended: its cursor had dropped the area. From then on
-- nothing it sends there is late work.
alter table assignment add column known_at timestamptz;
