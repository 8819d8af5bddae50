-- How the one run is trained again: the settings that are not the default, as words of a command.
SELECT 'strata train' || coalesce((SELECT group_concat(word, '') FROM (
    SELECT ' ' || CASE WHEN s.value GLOB '*[^a-zA-Z0-9._:=+-]*' THEN '''' || s.key || '=' || replace(s.value, '''', '''\''''') || '''' ELSE s.key || '=' || s.value END AS word
    FROM setting s LEFT JOIN json_each(:defaults) d ON d.key = s.key WHERE s.run = r.id AND d.value IS NOT s.value AND s.key NOT IN ('threads', 'backend') ORDER BY s.ord)), '')
    AS command
FROM run r
