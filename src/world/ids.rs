//! Small numbers for everything that has a name; names are kept by whoever made the world.

use crate::kernel::HasNiche;

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident;)*) => { $(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// Its place in the world's rows.
            pub const fn at(self) -> usize { self.0 as usize }
        }
    )* };
}

ids! {
    /// A MIMS account, with its iCON account.
    AccountId;
    /// A person.
    PersonId;
    /// A mailbox.
    MailboxId;
    /// A computer with its browser.
    ComputerId;
    /// A school or division.
    PlaceId;
    /// A hard token.
    TokenId;
    /// A TOTP secret; its bytes are drawn from its number. Hard tokens' are numbered from the top.
    SecretId;
    /// A password; its text is drawn from its number, where it is needed at all.
    PasswordId;
}

// Secrets are numbered from both ends, and have no number to spare.

impl HasNiche for AccountId {
    const NONE: AccountId = AccountId(u32::MAX);
}

impl HasNiche for PasswordId {
    const NONE: PasswordId = PasswordId(u32::MAX);
}

impl HasNiche for MailboxId {
    const NONE: MailboxId = MailboxId(u32::MAX);
}

impl HasNiche for TokenId {
    const NONE: TokenId = TokenId(u32::MAX);
}

impl TokenId {
    /// The secret built into it; the server has it by the serial.
    pub const fn secret(self) -> SecretId {
        SecretId(u32::MAX - self.0)
    }
}
