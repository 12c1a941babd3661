//! The detail of a state key: what a search distinguishes beyond what every search does.

/// The detail of a state key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// Pages that stay open when an act is over count: needed where single steps are among what is tried.
    pub pages: bool,
    /// The clauses that an act under way rests on so far count: needed where a property asks for them.
    pub clauses: bool,
    /// A timer counts only as running or run out, whatever is left of it: fewer states, for a look ahead.
    pub coarse: bool,
}
