    -- Transactions that may have run at that time, and those after it. An age means nothing
    -- across half of all numbers: then all rows are read. $4 may be among the first three
    -- numbers of an epoch, whose age is the greatest: all rows again.
    AND age(t.xmin) <= CASE
        WHEN pg_snapshot_xmax(pg_current_snapshot())::text::numeric - $4::text::numeric > 2000000000 THEN 2147483647
        ELSE age($4::text::xid8::xid)
    END
