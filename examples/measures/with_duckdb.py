"""The three worst instants for staff, and the main reason at the worst, by DuckDB.

    python3 with_duckdb.py measures.csv        # or measures.parquet

The columns are described in docs/measures.md.
"""

import sys

import duckdb

rows = duckdb.sql(f"select * from '{sys.argv[1]}' where measure = 'locked-out'")
worst = duckdb.sql(
    """
    select "at", mean from rows where "of" = 'staff' and coalesce("by", '') = ''
    order by mean desc, "at" limit 3
    """
).fetchall()
for at, mean in worst:
    print(f"{at} {mean:.3f}")
[(reason,)] = duckdb.sql(
    f"""
    select "by" from rows where "of" = 'everyone' and coalesce("by", '') <> '' and "at" = '{worst[0][0]}'
    order by mean desc, "by" limit 1
    """
).fetchall()
print(reason)
