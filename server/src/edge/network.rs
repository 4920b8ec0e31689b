//! An address or a network of addresses, as settings name them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// All addresses that begin with the same bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// This one address.
    pub(crate) const fn only(address: IpAddr) -> Self {
        let bits = if address.is_ipv4() { 32 } else { 128 };
        Self { address, bits }
    }

    /// All of 127.0.0.0/8.
    pub(crate) const fn loopback() -> Self {
        let address = IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 0));
        Self { address, bits: 8 }
    }

    /// Whether `address` belongs to it; an IPv4 address in the clothes of IPv6 counts as what it is.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                begins(own.to_bits().into(), other.to_bits().into(), self.bits, 32)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                begins(own.to_bits(), other.to_bits(), self.bits, 128)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// Whether the first `bits` of numbers of `width` bits are equal.
fn begins(one: u128, other: u128, bits: u8, width: u8) -> bool {
    let rest = u32::from(width - bits);
    // Shifting by all 128 bits is not defined; there is nothing to compare then.
    rest == 128 || one >> rest == other >> rest
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| ())?;
        let only = Self::only(address.to_canonical());
        match bits {
            None => Ok(only),
            Some(bits) => {
                let bits = bits.parse().map_err(|_| ())?;
                let fits = bits <= only.bits && address == only.address;
                fits.then_some(Self { bits, ..only }).ok_or(())
            }
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_what_begins_alike() {
        for (network, address, inside) in [
            ("10.0.0.0/8", "10.9.8.7", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("192.168.1.5", "192.168.1.5", true),
            ("192.168.1.5", "192.168.1.4", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "2001:db8::1", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::1", "::1", true),
        ] {
            let parsed: Network = network.parse().unwrap();
            assert_eq!(
                parsed.contains(address.parse().unwrap()),
                inside,
                "{network} {address}"
            );
        }
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/-1",
            "10.0.0/8",
            "host",
            "1.2.3.4/",
            "/8",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
