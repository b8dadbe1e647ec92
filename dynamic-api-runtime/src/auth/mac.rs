//! HMAC-SHA-256 (RFC 2104).

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::random;
use crate::error::Error;

/// The length of the blocks that SHA-256 works on.
const BLOCK: usize = 64;

/// An HMAC by a key of any length. A key longer than a block is hashed first and a shorter one is followed by zeros, as the
/// standard says it.
pub(super) fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0; BLOCK]);
    match block.get_mut(..key.len()) {
        Some(start) => start.copy_from_slice(key),
        None => block[..32].copy_from_slice(&Sha256::digest(key)),
    }
    Hmac::new((&*block).into())
}

/// Hashes by a key that is made for them and kept nowhere: equal texts have equal ones, and that is all they tell.
pub(crate) struct Fingerprints(Zeroizing<[u8; 32]>);

impl Fingerprints {
    pub(crate) fn new() -> Result<Self, Error> {
        random::bytes().map(Self)
    }

    pub(crate) fn of(&self, bytes: &[u8]) -> String {
        format!(
            "hmac-sha256:{}",
            HEXLOWER.encode(&keyed(&*self.0).chain_update(bytes).finalize().into_bytes())
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(key: &[u8], text: &str) -> String {
        HEXLOWER.encode(&keyed(key).chain_update(text).finalize().into_bytes())
    }

    #[test]
    fn it_is_that_of_the_standard() {
        // RFC 4231, test cases 2 and 6.
        assert_eq!(
            of(b"Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            of(&[0xaa; 131], "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }
}
