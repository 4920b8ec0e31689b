//! Who is at the other end of a connection, and how many connections one address has.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// The address at the other end; every request carries it as an extension. A layer that believes a proxy in front puts
/// the address of the proxy's client there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// Whether nobody between the browser and this server can read or change a request; an extension of every request whose
/// connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protected;

/// What counts as one client: an IPv4 address, or the network of an IPv6 address, because whoever has one of those has
/// all 2^64 in it.
#[must_use]
pub fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// How many connections are open, by client.
#[derive(Clone, Default)]
pub(super) struct Open(Arc<Mutex<HashMap<IpAddr, usize>>>);

impl Open {
    /// One more for `address`; `None` where it has `most` already.
    pub(super) fn one_more(&self, address: IpAddr, most: usize) -> Option<Counted> {
        let key = neighbourhood(address);
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(key).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        let open = self.clone();
        Some(Counted { open, key })
    }
}

/// A connection that is counted until it is dropped.
pub(super) struct Counted {
    open: Open,
    key: IpAddr,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.open.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = open.entry(self.key) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_connections_and_others_have_their_own() {
        let open = Open::default();
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let (here, there) = (address("10.0.0.1"), address("10.0.0.2"));
        let first = open.one_more(here, 2);
        let second = open.one_more(address("::ffff:10.0.0.1"), 2);
        assert!(first.is_some() && second.is_some());
        assert!(open.one_more(here, 2).is_none());
        let other = open.one_more(there, 2);
        assert!(other.is_some());
        drop(first);
        assert!(open.one_more(here, 2).is_some());
        drop((second, other));
        assert!(open.0.lock().unwrap().is_empty(), "nothing is remembered");
    }

    #[test]
    fn the_addresses_of_a_network_are_one_client() {
        let address = |text: &str| neighbourhood(text.parse().unwrap());
        assert_eq!(address("2001:db8:0:1::1"), address("2001:db8:0:1:ffff::9"));
        assert_ne!(address("2001:db8:0:1::1"), address("2001:db8:0:2::1"));
        assert_ne!(address("10.0.0.1"), address("10.0.0.2"));
    }
}
