# What CI runs.
ci:
    bash .ci/run

# Writes all generated reports, and the manifest of their hashes.
reports:
    bash .ci/reports reports
    bash .ci/manifest reports > target/manifest.sha256
    mv target/manifest.sha256 reports/manifest.sha256

# How all generated reports differ from those of another commit.
reports-since commit: reports
    git worktree add --force --detach target/since {{commit}}
    CARGO_TARGET_DIR=target/since-build bash target/since/.ci/reports target/since-reports
    git worktree remove --force target/since
    git diff --no-index target/since-reports reports || true

# Holds the model against what was observed elsewhere.
validation:
    cargo run --release --quiet -- validation scenarios/rehearsals/cutover-2023.yaml --runs 4 > reports/validation.md

# Writes the schema that editors use.
schema:
    cargo run --release --quiet -- schema > scenarios/scenario.schema.json

# What each clause did in all scenarios.
coverage:
    cargo run --release --quiet -- test --coverage

# What the main paths cost in instructions and allocations, and what they did: old, new and ratio.
ledger *workloads:
    cargo bench --profile ledger --bench ledger -- --write {{workloads}}

# What they cost in time, three times over, into benches/figures.csv and the documents; nothing else should run.
figures:
    for run in 1 2 3; do for bench in engine watch search rehearsal; do cargo bench --bench $bench; done; done | tee target/figures.txt
    cargo test --test figures -- --ignored record

# Which findings each candidate policy removes, leaves and adds.
findings:
    cargo run --release --quiet -- findings --runs 2000 --out reports/findings.md

# What programs from outside say to the same questions, into reports/oracles.md.
oracles:
    npm ci --prefix tests/oracles --ignore-scripts --no-audit --no-fund --silent
    ORACLES=write cargo test --test oracles -- --skip table
    cargo test --test oracles table

# The tests of laws on other cases than CI's, until interrupted.
fuzz:
    while PROPTEST_CASES=5000 cargo test --lib; do :; done

# Which changed rules the scenarios notice, and which they do not.
mutants:
    cargo test --release --test mutants -- --nocapture

# The archive for runners without Rust, in target/release-archive.
release:
    cargo build --release --locked
    bash .ci/release target/release/mims-sim target/release-archive

# The picture of a report in the README.
picture:
    chromium --headless --no-sandbox --hide-scrollbars --window-size=1280,900 --screenshot=docs/report.png file://$PWD/reports/scenarios/guide-section-1-qr-page.html

# The reference and the clause catalogue in docs.
words:
    cargo run --release --quiet -- words --markdown > docs/reference.md
    cargo run --release --quiet -- words clauses --markdown > docs/clauses.md
