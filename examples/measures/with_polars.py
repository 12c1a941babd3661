"""The three worst instants for staff, and the main reason at the worst, by Polars.

    python3 with_polars.py measures.csv        # or measures.parquet

The columns are described in docs/measures.md.
"""

import sys

import polars as pl

path = sys.argv[1]
if path.endswith(".parquet"):
    rows = pl.read_parquet(path)
else:
    # Intervals are empty where there was one run, and a column is of one type whatever its first rows hold.
    floats = {name: pl.Float64 for name in ("mean", "mean_low", "mean_high")}
    rows = pl.read_csv(path, schema_overrides=floats).with_columns(
        pl.col("at").str.to_datetime("%Y-%m-%d %H:%M:%S"), pl.col("by").fill_null("")
    )
rows = rows.filter(pl.col("measure") == "locked-out")
worst = (
    rows.filter((pl.col("of") == "staff") & (pl.col("by") == ""))
    .sort(["mean", "at"], descending=[True, False])
    .head(3)
    .select("at", "mean")
    .rows()
)
for at, mean in worst:
    print(f"{at:%Y-%m-%d %H:%M:%S} {mean:.3f}")
reasons = rows.filter((pl.col("by") != "") & (pl.col("at") == worst[0][0]))
print(reasons.sort(["mean", "by"], descending=[True, False])["by"][0])
