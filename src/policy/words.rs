//! The macro of words: an enum whose values files and reports name, each with its word and one line of meaning.
//!
//! Promises that parser, schema and reference are made from one list of words. Deliberately holds no word itself.

/// Makes enums of words. Of each value the list gives the meaning and the word.
macro_rules! words {
    ($($(#[$about:meta])* $name:ident { $($(#[doc = $doc:literal])+ $variant:ident $word:literal,)* })*) => { $(
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        $(#[$about])*
        pub enum $name { $($(#[doc = $doc])+ #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// Every value, in the order of the reference.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];
            /// The word that files and reports use.
            pub const fn word(self) -> &'static str { match self { $($name::$variant => $word,)* } }
            /// One line of meaning.
            pub const fn doc(self) -> &'static str { match self { $($name::$variant => concat!($($doc,)+),)* } }
        }
    )* };
}

pub(crate) use words;
