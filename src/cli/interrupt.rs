//! Ctrl-C, noticed between replicates: what is done is kept. A second one ends the tool at once.

use std::sync::atomic::{AtomicBool, Ordering};

static CAME: AtomicBool = AtomicBool::new(false);

/// Begins to listen; where the system refuses, Ctrl-C ends the tool as ever.
pub fn listen() {
    let _ = ctrlc::set_handler(|| {
        if CAME.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
}

/// Whether it came.
pub fn came() -> bool {
    CAME.load(Ordering::Relaxed)
}
