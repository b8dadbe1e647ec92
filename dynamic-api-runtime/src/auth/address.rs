//! Which address a request comes from, where proxies stand before the server. What a client writes in a header itself is never
//! taken for its address.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// How many addresses of a header are looked at, from its end.
const MAX_HOPS: usize = 32;

/// The proxies whose word on a client's address is taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TrustedProxies {
    /// There are none: the address is that of the connection.
    #[default]
    None,
    /// So many, one behind the other, and no way around them.
    Count(usize),
    /// Those of these networks, such as `10.0.0.0/8`.
    Networks(Vec<IpNet>),
}

/// The header in which the proxies name the client. It must be the one that they write: the other one is the client's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl TrustedProxies {
    pub(super) fn problems(&self) -> Vec<String> {
        let problem = match self {
            Self::Count(0) => "auth: trusted proxies: a count of 0 is TrustedProxies::None",
            Self::Count(count) if *count > MAX_HOPS => "auth: trusted proxies: there are too many to be true",
            Self::Networks(networks) if networks.is_empty() => "auth: trusted proxies: there is no network",
            Self::Networks(networks) if networks.iter().any(|network| network.prefix_len() == 0) => {
                "auth: trusted proxies: a network of all addresses trusts every client"
            }
            _ => return vec![],
        };
        vec![problem.to_owned()]
    }
}

/// The address of the client: the nearest one that is no trusted proxy. Where the header says something else than addresses,
/// it is the last hop that is known.
pub(crate) fn client_address(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &TrustedProxies,
    header: ForwardedHeader,
) -> IpAddr {
    let mut client = peer.to_canonical();
    let is_passed = |client: IpAddr, passed: usize| match trusted {
        TrustedProxies::None => false,
        TrustedProxies::Count(count) => passed < *count,
        TrustedProxies::Networks(networks) => networks.iter().any(|network| network.contains(&client)),
    };
    for (passed, hop) in hops(headers, header).into_iter().enumerate() {
        let Some(hop) = hop.filter(|_| is_passed(client, passed)) else { break };
        client = hop;
    }
    client
}

/// The addresses of the header, the nearest first; `None` for what is none.
fn hops(headers: &HeaderMap, header: ForwardedHeader) -> Vec<Option<IpAddr>> {
    let name = match header {
        ForwardedHeader::XForwardedFor => X_FORWARDED_FOR,
        ForwardedHeader::Forwarded => header::FORWARDED,
    };
    let lines: Vec<&str> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("?")).collect();
    let hops = lines.into_iter().rev().flat_map(|line| line.rsplit(','));
    let address = |hop: &str| match header {
        ForwardedHeader::XForwardedFor => address(hop),
        ForwardedHeader::Forwarded => address(forwarded_for(hop)?),
    };
    hops.take(MAX_HOPS).map(address).collect()
}

/// The value of `for` in an element of `Forwarded`, without its quotes. A quoted comma or semicolon has no place in an address:
/// what it is torn to is none.
fn forwarded_for(element: &str) -> Option<&str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    let value = value.trim();
    Some(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

/// An address, with or without a port and brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const PEER: &str = "10.0.0.1";

    fn headers(name: &str, lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HeaderName::try_from(name).unwrap(), line.parse().unwrap());
        }
        headers
    }

    fn by_x(lines: &[&str], trusted: &TrustedProxies) -> String {
        let headers = headers("x-forwarded-for", lines);
        client_address(PEER.parse().unwrap(), &headers, trusted, ForwardedHeader::XForwardedFor).to_string()
    }

    fn networks(texts: &[&str]) -> TrustedProxies {
        TrustedProxies::Networks(texts.iter().map(|text| text.parse().unwrap()).collect())
    }

    #[test]
    fn without_proxies_a_header_is_not_looked_at() {
        assert_eq!(by_x(&["203.0.113.9"], &TrustedProxies::None), PEER);
    }

    #[test]
    fn a_number_of_proxies_is_counted_from_the_server() {
        let one = TrustedProxies::Count(1);
        assert_eq!(by_x(&["203.0.113.9"], &one), "203.0.113.9");
        assert_eq!(
            by_x(&["1.1.1.1, 203.0.113.9"], &one),
            "203.0.113.9",
            "the first is the client's own word"
        );
        assert_eq!(by_x(&["1.1.1.1", "203.0.113.9"], &one), "203.0.113.9", "several lines are one list");
        let two = TrustedProxies::Count(2);
        assert_eq!(by_x(&["1.1.1.1, 203.0.113.9, 10.0.0.2"], &two), "203.0.113.9");
        assert_eq!(by_x(&["203.0.113.9"], &two), "203.0.113.9", "fewer than there should be");
        assert_eq!(by_x(&[], &two), PEER);
    }

    #[test]
    fn proxies_of_trusted_networks_are_passed() {
        let trusted = networks(&["10.0.0.0/8", "2001:db8::/32"]);
        assert_eq!(by_x(&["1.1.1.1, 203.0.113.9, 2001:db8::5, 10.9.9.9"], &trusted), "203.0.113.9");
        assert_eq!(by_x(&["10.1.1.1, 10.2.2.2"], &trusted), "10.1.1.1", "all are trusted: the farthest");
        assert_eq!(by_x(&["203.0.113.9"], &networks(&["192.168.0.0/16"])), PEER, "the peer is no proxy");
        assert_eq!(by_x(&["203.0.113.9, ::ffff:10.2.2.2"], &trusted), "203.0.113.9", "a mapped address");
    }

    #[test]
    fn what_is_no_address_ends_the_way() {
        let trusted = networks(&["10.0.0.0/8"]);
        for line in ["203.0.113.9, unknown", "203.0.113.9, ", "203.0.113.9, _hidden", "1.2.3.4.5", ""] {
            assert_eq!(by_x(&[line], &trusted), PEER, "{line}");
        }
        assert_eq!(by_x(&["203.0.113.9, unknown, 10.0.0.7"], &trusted), "10.0.0.7");
    }

    #[test]
    fn ports_and_brackets_are_read() {
        let one = TrustedProxies::Count(1);
        for (line, client) in [
            ("203.0.113.9:4711", "203.0.113.9"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("2001:db8::7", "2001:db8::7"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
        ] {
            assert_eq!(by_x(&[line], &one), client, "{line}");
        }
    }

    #[test]
    fn the_standard_header_is_read_where_it_is_the_one() {
        let one = TrustedProxies::Count(1);
        let client = |lines: &[&str], header| {
            let headers = headers("forwarded", lines);
            client_address(PEER.parse().unwrap(), &headers, &one, header).to_string()
        };
        let forwarded = ForwardedHeader::Forwarded;
        assert_eq!(client(&["for=203.0.113.9;proto=https;by=10.0.0.1"], forwarded), "203.0.113.9");
        assert_eq!(client(&["for=1.1.1.1, For=\"[2001:db8::7]:80\";proto=http"], forwarded), "2001:db8::7");
        assert_eq!(client(&["for=203.0.113.9, for=_secret"], forwarded), PEER);
        assert_eq!(client(&["proto=https"], forwarded), PEER);
        assert_eq!(
            client(&["for=203.0.113.9"], ForwardedHeader::XForwardedFor),
            PEER,
            "the client's own word"
        );
    }

    #[test]
    fn a_setting_that_trusts_everybody_is_none() {
        assert!(networks(&["10.0.0.0/8"]).problems().is_empty());
        for setting in
            [TrustedProxies::Count(0), networks(&[]), networks(&["0.0.0.0/0"]), networks(&["::/0"])]
        {
            assert_eq!(setting.problems().len(), 1, "{setting:?}");
        }
    }
}
