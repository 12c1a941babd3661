//! What a rehearsal starts from: the plan that its file comes to, the people of a directory or of a draw, and when is
//! counted.

pub mod directory;
pub mod gate_property;
pub mod gate_spec;
pub mod names;
pub mod observation_times;
pub mod plan;
pub mod population;
pub mod roster;
