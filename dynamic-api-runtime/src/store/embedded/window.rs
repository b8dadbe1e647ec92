//! The first of many candidates in a sort's order, in bounded memory. Knows a candidate only by its sort key and `_id`.

/// How many bytes of candidates are held at once, about. Pages further back are reached by walking more than once.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// How many candidates are cut at once at least.
const ENOUGH_TO_CUT: usize = 1000;

/// What a candidate takes beside its bytes.
const OVERHEAD: usize = 32;

/// A document as the entry that it would have in an index of the sort: the encoded sort key, then the encoded `_id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    bytes: Box<[u8]>,
    key: usize,
}

impl Candidate {
    pub(super) fn id(&self) -> &[u8] {
        &self.bytes[self.key..]
    }
}

/// Keeps the first candidates behind a floor.
pub(super) struct Window {
    /// Candidates up to here were in an earlier window.
    floor: Option<Candidate>,
    /// Candidates beyond are not among the first.
    ceiling: Option<Candidate>,
    held: Vec<Candidate>,
    bytes: usize,
    wanted: usize,
    max_bytes: usize,
}

impl Window {
    /// The first `wanted` candidates behind `floor`, or as many of them as there is room for.
    pub(super) fn new(wanted: usize, floor: Option<Candidate>) -> Self {
        Self { floor, ceiling: None, held: Vec::new(), bytes: 0, wanted, max_bytes: MAX_BYTES }
    }

    /// Shows it a candidate. The first `key` bytes are the sort key.
    pub(super) fn offer(&mut self, bytes: &[u8], key: usize) {
        let is_before = self.floor.as_ref().is_some_and(|floor| *bytes <= *floor.bytes);
        let is_behind = self.ceiling.as_ref().is_some_and(|ceiling| *bytes > *ceiling.bytes);
        if is_before || is_behind {
            return;
        }
        self.bytes += bytes.len() + OVERHEAD;
        self.held.push(Candidate { bytes: bytes.into(), key });
        if self.bytes > self.max_bytes {
            self.wanted = self.wanted.min((self.held.len() / 2).max(1));
            self.cut();
        } else if self.held.len() >= self.wanted.saturating_mul(2).max(ENOUGH_TO_CUT) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.wanted == 0 || self.held.len() <= self.wanted {
            return;
        }
        let (_, last, _) = self.held.select_nth_unstable(self.wanted - 1);
        self.ceiling = Some(last.clone());
        self.held.truncate(self.wanted);
        self.bytes = self.held.iter().map(|candidate| candidate.bytes.len() + OVERHEAD).sum();
    }

    /// The candidates in order, and whether there may be more behind them.
    pub(super) fn finish(mut self) -> (Vec<Candidate>, bool) {
        self.cut();
        self.held.sort_unstable();
        (self.held, self.ceiling.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks through `numbers` window by window, and answers them in the order in which they came, with the most bytes held.
    fn walked(numbers: &[u16], wanted: usize, max_bytes: usize) -> (Vec<u16>, usize) {
        let (mut order, mut floor, mut most) = (Vec::new(), None, 0);
        loop {
            let mut window = Window { max_bytes, ..Window::new(wanted, floor) };
            for number in numbers {
                window.offer(&number.to_be_bytes(), 1);
                most = most.max(window.bytes);
            }
            let (found, more) = window.finish();
            order.extend(
                found.iter().map(|candidate| u16::from_be_bytes([candidate.bytes[0], candidate.bytes[1]])),
            );
            if !more {
                return (order, most);
            }
            floor = found.last().cloned();
        }
    }

    #[test]
    fn windows_follow_one_another_without_gap_and_within_their_bytes() {
        // Every number below 5000 once, in no order.
        let numbers: Vec<u16> = (0..5000_u32).map(|n| (n * 1237 % 5000) as u16).collect();
        let sorted: Vec<u16> = (0..5000).collect();
        for (wanted, max_bytes) in [(1, MAX_BYTES), (700, MAX_BYTES), (usize::MAX, MAX_BYTES), (4000, 20_000)]
        {
            let (order, most) = walked(&numbers, wanted, max_bytes);
            assert_eq!(order, sorted, "{wanted} {max_bytes}");
            assert!(most <= max_bytes + 2 + OVERHEAD, "{most}");
        }
    }

    #[test]
    fn a_small_page_of_many_holds_few() {
        let mut window = Window::new(10, None);
        for n in (0..60_000_u16).rev() {
            window.offer(&n.to_be_bytes(), 2);
            assert!(window.held.len() <= ENOUGH_TO_CUT);
        }
        let (found, more) = window.finish();
        assert!(more);
        assert_eq!(found.len(), 10);
        assert_eq!(found[9].bytes[..], 9_u16.to_be_bytes());
    }
}
