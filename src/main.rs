//! The shell: nothing yet but a name.
fn main() {}
