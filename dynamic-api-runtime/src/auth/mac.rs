//! HMAC-SHA-256 (RFC 2104).

use hmac::{Hmac, KeyInit};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

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

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use hmac::Mac;

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
