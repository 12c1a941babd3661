//! A QR code in characters: each shows two modules, one above the other.
//!
//! Promises black on white, whatever the terminal's colours are; without colours, white is what is printed, as it is
//! for the light letters of a dark terminal.

use qrcode::{Color, EcLevel, QrCode};

/// Modules of white around the code; a reader wants some, and two are enough for phones.
const QUIET: usize = 2;

/// The lines of a code, and how wide they are; `None` where the text is too long for any.
pub fn lines(text: &str, coloured: bool) -> Option<(Vec<String>, usize)> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::L).ok()?;
    let (modules, side) = (code.to_colors(), code.width());
    let white = |x: usize, y: usize| {
        let inside = x.checked_sub(QUIET).zip(y.checked_sub(QUIET)).filter(|(x, y)| *x < side && *y < side);
        inside.and_then(|(x, y)| modules.get(y * side + x)).is_none_or(|module| *module == Color::Light)
    };
    let whole = side + 2 * QUIET;
    let line = |y: usize| {
        let cell = |x: usize| match (white(x, y), y + 1 >= whole || white(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        let cells: String = (0..whole).map(cell).collect();
        if coloured { format!("\u{1b}[97;40m{cells}\u{1b}[0m") } else { cells }
    };
    Some(((0..whole).step_by(2).map(line).collect(), whole))
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn two_rows_of_modules_are_one_line() {
        let (lines, width) = lines("otpauth://totp/MIMS:asha?secret=JBSWY3DPEHPK3PXP", false).unwrap();
        assert_eq!(lines.len(), width.div_ceil(2));
        assert!(lines.iter().all(|line| line.chars().count() == width));
        assert!(lines.iter().flat_map(|line| line.chars()).all(|c| "█▀▄ ".contains(c)));
        // The corner pattern is seven dark modules wide, two in from the border of white.
        assert_eq!(lines[1].chars().take(10).collect::<String>(), "██ ▄▄▄▄▄ █");
    }

    #[test]
    fn what_no_code_can_hold_is_none() {
        assert!(lines(&"x".repeat(4_000), false).is_none());
    }
}
