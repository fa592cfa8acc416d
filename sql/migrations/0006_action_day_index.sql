-- The most frequent actions of a period of all projects; the primary key serves
-- that of one. Of five years, 864,000 counts, a month took 47 ms without it and 3.5
-- ms with it.
CREATE INDEX rollup_action_day_day_idx ON activity.rollup_action_day (day);
