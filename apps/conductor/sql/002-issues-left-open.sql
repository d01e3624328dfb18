-- Issues whose work was merged and which the forge has not closed.
create index issues_left_open on :schema.issues (position) where phase = 'done' and state ->> 'open' = 'true';
