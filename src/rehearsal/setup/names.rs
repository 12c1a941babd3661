//! Names plausible in Singapore, for those who would rather read of a person than of a number.
//!
//! Promises the same name for the same seed, replicate and person, and that no name says anything about the person: it
//! is drawn beside everything else. Deliberately holds no name of anybody: given and family names are common ones, put
//! together by a draw of the crate `fake`.

use crate::kernel::distributions::{scaled, under};
use crate::kernel::{Draws, Purpose};
use fake::Fake;
use fake::faker::name::raw::Name;
use fake::locales::Data;
use fake::rand::TryRng;
use std::convert::Infallible;

macro_rules! locales {
    ($($(#[doc = $doc:literal])+ $name:ident $template:literal [$($first:literal)*] [$($last:literal)*];)*) => { $(
        $(#[doc = $doc])+
        #[derive(Clone, Copy)]
        struct $name;

        impl Data for $name {
            const NAME_FIRST_NAME: &'static [&'static str] = &[$($first,)*];
            const NAME_LAST_NAME: &'static [&'static str] = &[$($last,)*];
            const NAME_TPL: &'static str = $template;
        }
    )* };
}

locales! {
    /// Chinese Singaporeans: family name first.
    Chinese "{LastName} {FirstName}"
        ["Wei Ling" "Jia Hui" "Mei Fong" "Hui Min" "Xin Yi" "Siew Lan" "Li Ting" "Yu Xuan" "Shu Fen" "Pei Shan" "Wei Jie" "Jun Hao" "Kok Leong"
         "Zhi Hao" "Boon Keng" "Kian Meng" "Yong Sheng" "Chee Keong" "Wen Bin" "Jing Kai" "Bee Choo" "Swee Lin" "Hock Seng" "Yi Jun"]
        ["Tan" "Lim" "Lee" "Ng" "Ong" "Wong" "Goh" "Chua" "Chan" "Koh" "Teo" "Ang" "Yeo" "Tay" "Ho" "Low" "Toh" "Sim" "Chong" "Chia" "Seah" "Quek"];
    /// Malay women: a given name and the father's.
    MalayWoman "{FirstName} Binte {LastName}"
        ["Nur Aisyah" "Siti Nurhaliza" "Nurul Huda" "Farah" "Hidayah" "Noraini" "Rohani" "Syafiqah" "Zaleha" "Aminah" "Nadiah" "Haslinda"]
        ["Rahman" "Ismail" "Osman" "Hassan" "Yusof" "Kassim" "Salleh" "Ibrahim" "Jumaat" "Mohamed" "Sulaiman" "Zainal"];
    /// Malay men: a given name and the father's.
    MalayMan "{FirstName} Bin {LastName}"
        ["Muhammad Irfan" "Ahmad Faizal" "Hafiz" "Khairul" "Azman" "Ridzwan" "Syafiq" "Zulkifli" "Iskandar" "Fadzil" "Rosli" "Haikal"]
        ["Rahman" "Ismail" "Osman" "Hassan" "Yusof" "Kassim" "Salleh" "Ibrahim" "Jumaat" "Mohamed" "Sulaiman" "Zainal"];
    /// Indian Singaporeans: a given name and the father's or the family's.
    Indian "{FirstName} {LastName}"
        ["Priya" "Kavitha" "Deepa" "Shanti" "Meena" "Anitha" "Geetha" "Lakshmi" "Arjun" "Suresh" "Prakash" "Vikram" "Ravi" "Ganesh" "Harish" "Selvam"]
        ["Nair" "Pillai" "Krishnan" "Rajan" "Subramaniam" "Menon" "Singh" "Kumar" "Naidu" "Raman" "Maniam" "Chandran"];
    /// Eurasians and others.
    Other "{FirstName} {LastName}"
        ["Marcus" "Denise" "Carol" "Joseph" "Melissa" "Adrian" "Sharon" "Gerard" "Noelle" "Bernard"]
        ["Pereira" "De Souza" "Rodrigues" "Fernandez" "Oliveiro" "Shepherdson" "Monteiro" "Santos" "Aeria" "Clarke"];
}

/// Shares of the communities among residents, in parts per million: Chinese, Malay, Indian; others are the rest (Census
/// 2020).
const SHARES: [i64; 3] = [743_000, 135_000, 90_000];

/// Words of one person's block after another, as the crate `fake` asks for them.
struct Words {
    draws: Draws,
    person: u32,
    next: u32,
}

impl Words {
    fn word(&mut self) -> u32 {
        let [word, ..] = self.draws.block(self.person, Purpose::Name, self.next);
        self.next += 1;
        word
    }
}

impl TryRng for Words {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from(self.word()) << 32 | u64::from(self.word()))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for chunk in out.chunks_mut(4) {
            let word = self.word().to_le_bytes();
            chunk.iter_mut().zip(word).for_each(|(slot, byte)| *slot = byte);
        }
        Ok(())
    }
}

/// The name of the person of this number.
pub fn name(draws: Draws, person: u32) -> String {
    let mut words = Words { draws, person, next: 0 };
    let [chinese, malay, indian] = SHARES;
    let word = words.word();
    match () {
        () if under(word, chinese) => Name(Chinese).fake_with_rng(&mut words),
        () if under(word, chinese + malay) && scaled(words.word(), 2) == 0 => {
            Name(MalayWoman).fake_with_rng(&mut words)
        }
        () if under(word, chinese + malay) => Name(MalayMan).fake_with_rng(&mut words),
        () if under(word, chinese + malay + indian) => Name(Indian).fake_with_rng(&mut words),
        () => Name(Other).fake_with_rng(&mut words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_name_belongs_to_a_person() {
        let draws = Draws { seed: 7, replicate: 3 };
        let names: Vec<String> = (0..400).map(|person| name(draws, person)).collect();
        assert_eq!(names, (0..400).map(|person| name(draws, person)).collect::<Vec<_>>());
        assert_ne!(names.first(), Some(&name(Draws { seed: 8, replicate: 3 }, 0)));
        let different: BTreeSet<&String> = names.iter().collect();
        assert!(different.len() > 200, "{}", different.len());
        let malay = names.iter().filter(|name| name.contains(" Bin ") || name.contains(" Binte ")).count();
        assert!((30..80).contains(&malay), "{malay}");
    }
}
