# What CI runs.
ci:
    bash .ci/run

# Replays all scenarios and writes the reports.
reports:
    cargo run --release -- test --report reports
    cargo run --release -- rehearse scenarios/rehearsals/one-school.yaml --out reports/rehearsals/one-school || true

# Holds the model against what was observed elsewhere.
validation:
    cargo run --release --quiet -- validation scenarios/rehearsals/cutover-2023.yaml --runs 4 > reports/validation.md

# Writes the schema that editors use.
schema:
    cargo run --release --quiet -- schema > scenarios/scenario.schema.json

# What each clause did in all scenarios.
coverage:
    cargo run --release --quiet -- test --coverage

# What a message, a sign-in and a whole replay cost.
bench:
    cargo bench --bench engine

# What a replicate of a whole ministry costs.
bench-rehearsal:
    cargo bench --bench rehearsal

# Which findings each candidate policy removes, leaves and adds.
findings:
    cargo run --release --quiet -- findings --runs 2000 --out reports/findings.md

# Which changed rules the scenarios notice, and which they do not.
mutants:
    cargo test --release --test mutants -- --nocapture
