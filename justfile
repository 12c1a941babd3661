# What CI runs.
ci:
    bash .ci/run

# Replays all scenarios and writes the reports.
reports:
    cargo run --release -- test --report reports
