//! Tokens that are enrolled for an account, soft and hard.
//!
//! Promises that an account holds no more soft tokens than any policy allows. Deliberately checks no code: see
//! `self_service`.

use super::codes::App;
use super::ids::{SecretId, TokenId};
use crate::kernel::CompactOption;
use crate::policy::rules::MOST_SOFT_TOKENS;

/// An enrolled token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    /// Its secret.
    pub secret: SecretId,
    /// The hard token, where it is one.
    pub serial: CompactOption<TokenId>,
    /// The comment beside it, which names the app (S1.9).
    pub comment: Option<App>,
    /// It passed the portal's test.
    pub tested: bool,
    /// The time step of the last code accepted, counted from 1970 (RFC 6238).
    pub last_step: CompactOption<u32>,
}

impl Token {
    /// A token that was saved just now.
    pub fn new(secret: SecretId, serial: Option<TokenId>) -> Token {
        Token { secret, serial: serial.into(), comment: None, tested: false, last_step: CompactOption::NONE }
    }

    /// The time step of the last code accepted.
    pub fn last_step(&self) -> Option<i64> {
        self.last_step.get().map(i64::from)
    }
}

/// Which soft token is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WhichToken {
    /// That of the person's own app, where it is enrolled; the newest otherwise.
    Own(Option<SecretId>),
    /// Every one (G3b).
    All,
}

/// The soft tokens of an account, the oldest first (A13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SoftTokens([Option<Token>; MOST_SOFT_TOKENS]);

impl SoftTokens {
    /// None.
    pub const NONE: SoftTokens = SoftTokens([None; MOST_SOFT_TOKENS]);

    /// One.
    pub fn of(token: Token) -> SoftTokens {
        let mut tokens = SoftTokens::NONE;
        tokens.add(token);
        tokens
    }

    /// How many there are.
    pub fn count(&self) -> u32 {
        self.0.iter().map(|token| u32::from(token.is_some())).sum()
    }

    /// The newest.
    pub fn newest(&self) -> Option<&Token> {
        self.iter().last()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Token> {
        self.0.iter().flatten()
    }

    /// Each of them, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Token> {
        self.0.iter_mut().flatten()
    }

    /// Adds one, where there is room.
    pub fn add(&mut self, token: Token) {
        if let Some(free) = self.0.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(token);
        }
    }

    /// Deletes one, or all.
    pub fn delete(&mut self, which: WhichToken) {
        let WhichToken::Own(own) = which else {
            *self = SoftTokens::NONE;
            return;
        };
        let newest = self.newest().map(|token| token.secret);
        let gone = self.iter().map(|token| token.secret).find(|secret| Some(*secret) == own).or(newest);
        let mut left = SoftTokens::NONE;
        self.iter().filter(|token| Some(token.secret) != gone).for_each(|token| left.add(*token));
        *self = left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(tokens: &SoftTokens) -> Vec<u32> {
        tokens.iter().map(|token| token.secret.0).collect()
    }

    #[test]
    fn one_deletes_the_own_token_or_the_newest_and_all_of_them_together() {
        let mut tokens = SoftTokens::NONE;
        (1..=4).for_each(|secret| tokens.add(Token::new(SecretId(secret), None)));
        assert_eq!(secrets(&tokens), [1, 2, 3], "there is room for three");
        tokens.delete(WhichToken::Own(Some(SecretId(2))));
        assert_eq!(secrets(&tokens), [1, 3]);
        tokens.delete(WhichToken::Own(Some(SecretId(9))));
        assert_eq!(secrets(&tokens), [1]);
        tokens.delete(WhichToken::Own(None));
        assert_eq!(tokens, SoftTokens::NONE);
        let mut tokens = SoftTokens::of(Token::new(SecretId(1), None));
        tokens.add(Token::new(SecretId(2), None));
        tokens.delete(WhichToken::All);
        assert_eq!(tokens.count(), 0);
    }
}
