//! The ecosystem: one file a party, the messages between them, and the rows that hold their state.

pub mod authenticator;
pub mod codes;
pub mod computer;
pub mod computers;
pub mod doors;
pub mod email_otp;
pub mod ids;
pub mod message;
pub mod otp_inbox;
pub mod password_reset;
pub mod port;
pub mod portal;
pub mod self_service;
pub mod state;
pub mod tokens;
pub mod workspace;
