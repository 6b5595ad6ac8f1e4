-- Positions and times only grow, so a time is found by halving the positions; no index over times is read any more (ADR 0050).
drop index ${schema}.events_recorded;
