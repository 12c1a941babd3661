//! mims-sim.
