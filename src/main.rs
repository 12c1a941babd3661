//! mims-sim.
fn main() {}
