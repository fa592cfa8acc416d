\set id random(1, 1000)
UPDATE customer SET version = nextval('version'), seen_at = now(), profile = profile || jsonb_build_object('seen', :id, 'é', 1.50)
WHERE id = :id;
