//! Memory accounting: the bytes of a run, for searches that keep many.

use super::Engine;
use crate::kernel::compact::heap_bytes;

impl<O, C> Engine<'_, O, C> {
    /// The approximate number of bytes that its lists take on the heap.
    pub fn heap_bytes(&self) -> usize {
        let world = &self.world;
        let sets = world.members.heap_bytes() + world.links.heap_bytes() + world.letters.heap_bytes();
        heap_bytes(&world.accounts)
            + heap_bytes(&world.people)
            + heap_bytes(&world.mailboxes)
            + world.otp_inbox.heap_bytes()
            + world.computers.heap_bytes()
            + size_of_val(world.tokens.as_slice())
            + size_of_val(self.activities.as_slice())
            + sets
    }
}
