//! Random bytes of the operating system, and texts made of them.

use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

use crate::error::Error;

/// Bytes that nobody can foretell.
pub(super) fn bytes<const N: usize>() -> Result<Zeroizing<[u8; N]>, Error> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(&mut *bytes).map_err(|error| Error::internal(error.to_string()))?;
    Ok(bytes)
}

/// A name that no other has: 128 bits, in the letters of base64url.
pub(super) fn name() -> Result<String, Error> {
    Ok(BASE64URL_NOPAD.encode(&*bytes::<16>()?))
}

/// A number below `limit`, each as likely as any other.
pub(super) fn below(limit: u32) -> Result<u32, Error> {
    // What lies behind the last whole multiple would make small numbers likelier: it is drawn again.
    let whole = u32::MAX - u32::MAX % limit;
    loop {
        let drawn = u32::from_le_bytes(*bytes::<4>()?);
        if drawn < whole {
            return Ok(drawn % limit);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::HashSet;

    use super::*;

    #[test]
    fn numbers_are_below_their_limit_and_reach_all_of_them() {
        let drawn: HashSet<u32> = (0..1000).map(|_| below(7).unwrap()).collect();
        assert_eq!(drawn, (0..7).collect());
        assert_eq!(below(1).unwrap(), 0);
    }

    #[test]
    fn every_tenth_of_the_numbers_is_drawn_as_often() {
        const DRAWS: u32 = 20_000;
        let mut tenths = [0u32; 10];
        for _ in 0..DRAWS {
            tenths[below(1_000_000).unwrap() as usize / 100_000] += 1;
        }
        // Nine standard deviations: a fair draw is outside once in 10^18 runs.
        let (expected, width) = (DRAWS / 10, 400);
        assert!(tenths.iter().all(|count| count.abs_diff(expected) < width), "{tenths:?}");
    }

    #[test]
    fn names_are_16_bytes_and_never_the_same() {
        let names: HashSet<String> = (0..1000).map(|_| name().unwrap()).collect();
        assert_eq!(names.len(), 1000);
        assert!(names.iter().all(|name| BASE64URL_NOPAD.decode(name.as_bytes()).unwrap().len() == 16));
    }
}
