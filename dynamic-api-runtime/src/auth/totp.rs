//! The second factor by an authenticator app: time-based codes (RFC 6238) of six digits, SHA-1 and 30 seconds, which is what
//! every such app can do.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

use super::{keys, random};
use crate::error::Error;

/// As many bytes as the hash has (RFC 4226, section 4, requirement 6).
const SECRET_BYTES: usize = 20;
const STEP_SECONDS: u64 = 30;
/// How many steps a code may be early or late (RFC 6238, section 5.2).
const SKEW: u16 = 1;

/// What a user's app is set up with. The factor counts once a first code was verified.
pub(crate) struct Enrolment {
    secret: Zeroizing<String>,
    uri: Zeroizing<String>,
}

/// Why a code of an app is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TotpError {
    /// It is none of this time.
    #[error("the code is wrong")]
    Wrong,
    /// It is right, and it or a later one was taken already.
    #[error("the code was used")]
    Used,
    /// What is stored of the user is no secret.
    #[error("the secret can't be read")]
    Secret,
}

impl Enrolment {
    /// A new secret for a user, called `account` in the app, and the application `issuer`.
    pub(crate) fn new(issuer: &str, account: &str) -> Result<Self, Error> {
        let secret = random::bytes::<SECRET_BYTES>()?;
        // A colon separates the two in the label.
        let name = |text: &str| text.replace(':', " ").trim().to_owned();
        let totp = builder(&*secret)
            .with_issuer(Some(name(issuer)))
            .with_account_name(name(account))
            .build()
            .map_err(|error| Error::internal(error.to_string()))?;
        let uri = totp.to_url().map_err(|error| Error::internal(error.to_string()))?;
        Ok(Self { secret: Zeroizing::new(BASE32_NOPAD.encode(&*secret)), uri: Zeroizing::new(uri) })
    }

    /// The secret in base32: what a user types where no picture can be read. It is stored in a
    /// [`Vault`](super::Vault).
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// The address that an app reads from a QR code: `otpauth://totp/...`.
    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Enrolment(..)")
    }
}

/// Verifies a code of now. The answer is the step that the code is of: store it in the place of `last_used`, on the condition
/// that this is still what is stored there, so that of two calls with one code only one succeeds.
///
/// # Errors
/// [`TotpError::Used`] for a code that is not of a later step than `last_used` (RFC 6238, section 5.2).
pub(crate) fn verify(secret: &str, code: &str, last_used: Option<u64>) -> Result<u64, TotpError> {
    verify_at(secret, code, last_used, keys::now())
}

fn verify_at(secret: &str, code: &str, last_used: Option<u64>, now: u64) -> Result<u64, TotpError> {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).map(Zeroizing::new).map_err(|_| TotpError::Secret)?;
    let totp = totp(&secret)?;
    let code: String = code.chars().filter(|letter| !letter.is_whitespace()).take(16).collect();
    let is_code = code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit());
    let step = if is_code { totp.check(&code, now) } else { None };
    let step = step.ok_or(TotpError::Wrong)?;
    if last_used.is_some_and(|last| step <= last) { Err(TotpError::Used) } else { Ok(step) }
}

fn totp(secret: &[u8]) -> Result<Totp, TotpError> {
    builder(secret).with_account_name("").build().map_err(|_| TotpError::Secret)
}

fn builder(secret: &[u8]) -> Builder {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(SKEW)
        .with_step_duration(STEP_SECONDS)
        .with_secret(secret.to_vec())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// The secret of RFC 6238, appendix B: `12345678901234567890`.
    fn secret() -> String {
        BASE32_NOPAD.encode(b"12345678901234567890")
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(verify_at(&secret(), code, None, time), Ok(time / 30), "{time}");
        }
    }

    #[test]
    fn a_step_early_or_late_is_right_and_two_are_not() {
        let (time, code) = (1_111_111_109, "081804");
        let step = time / 30;
        let at = |step: u64| verify_at(&secret(), code, None, step * 30 + 15);
        assert_eq!(at(step - 1), Ok(step));
        assert_eq!(at(step + 1), Ok(step));
        assert_eq!(at(step - 2), Err(TotpError::Wrong));
        assert_eq!(at(step + 2), Err(TotpError::Wrong));
    }

    #[test]
    fn a_code_is_taken_once() {
        let (time, code) = (1_111_111_109, "081804");
        let step = verify_at(&secret(), code, None, time).unwrap();
        assert_eq!(verify_at(&secret(), code, Some(step), time), Err(TotpError::Used));
        assert_eq!(
            verify_at(&secret(), code, Some(step + 1), time),
            Err(TotpError::Used),
            "a later one was taken"
        );
        assert_eq!(verify_at(&secret(), code, Some(step - 1), time), Ok(step));
    }

    #[test]
    fn what_is_no_code_is_wrong() {
        for code in ["", "081805", "81804", "0081804", "08180a", "-81804", "٠٨١٨٠٤", &"081804".repeat(1000)]
        {
            assert_eq!(verify_at(&secret(), code, None, 1_111_111_109), Err(TotpError::Wrong), "{code}");
        }
        assert!(verify_at(&secret(), " 081 804", None, 1_111_111_109).is_ok(), "as apps show it");
        assert_eq!(verify_at("not base32!", "081804", None, 1_111_111_109), Err(TotpError::Secret));
    }

    #[test]
    fn an_app_can_be_set_up_by_the_uri() {
        let enrolment = Enrolment::new("My: Shop & Co", "ada+x@example.org").unwrap();
        let app = Totp::from_url(enrolment.uri()).unwrap();
        assert!(enrolment.uri().starts_with("otpauth://totp/My"), "{}", enrolment.uri());
        assert_eq!((app.issuer(), app.account_name()), (Some("My  Shop & Co"), "ada+x@example.org"));
        let code = app.generate(1_700_000_000).to_string();
        assert!(verify_at(enrolment.secret(), &code, None, 1_700_000_000).is_ok());
        assert!(verify(enrolment.secret(), &app.generate(keys::now()).to_string(), None).is_ok());
        assert_eq!(BASE32_NOPAD.decode(enrolment.secret().as_bytes()).unwrap().len(), 20);
        assert_ne!(enrolment.secret(), Enrolment::new("a", "b").unwrap().secret());
    }

    #[test]
    fn nothing_of_an_enrolment_is_shown() {
        assert_eq!(format!("{:?}", Enrolment::new("a", "b").unwrap()), "Enrolment(..)");
    }
}
