//! Addresses of the provider and of this server: https, unless it is this machine.

use std::net::IpAddr;

use axum::http::Uri;

/// Whether this is a whole address of https (of http on this machine) without user, password and fragment.
pub(crate) fn is_safe(address: &str) -> bool {
    let Some(uri) = whole(address) else {
        return false;
    };
    match uri.scheme_str() {
        Some("https") => true,
        Some("http") => is_loopback(address),
        _ => false,
    }
}

/// Whether an address names this machine.
pub(crate) fn is_loopback(address: &str) -> bool {
    let uri = whole(address);
    let Some(host) = uri.as_ref().and_then(Uri::host) else {
        return false;
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn whole(address: &str) -> Option<Uri> {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '#' | '@' | '\\' | '"' | '<' | '>');
    if address.len() > 2_000 || !address.chars().all(plain) {
        return None;
    }
    let uri: Uri = address.parse().ok()?;
    (uri.scheme().is_some() && uri.host().is_some_and(|host| !host.is_empty())).then_some(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_this_machine() {
        for address in [
            "https://sso.kreis.example/realms/ki",
            "https://sso.kreis.example:8443",
            "http://127.0.0.1:3000",
            "http://[::1]:3000/x",
            "http://localhost/",
        ] {
            assert!(is_safe(address), "{address}");
        }
        for address in [
            "http://sso.kreis.example",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "https://user:pw@sso.kreis.example",
            "https://sso.kreis.example/#x",
            "https://sso.kreis.example/a b",
            "https:///x",
            "https:",
            "ftp://127.0.0.1",
            "javascript:alert(1)",
            "/x",
            "",
        ] {
            assert!(!is_safe(address), "{address}");
        }
    }
}
