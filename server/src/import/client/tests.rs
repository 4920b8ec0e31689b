//! Where the client may go, and how long it waits.

use super::*;
use time::macros::datetime;

#[test]
fn retry_after_is_seconds_or_a_date() {
    let now = datetime!(2026-11-22 10:00 UTC);
    assert_eq!(retry_after("7", now), Some(Duration::from_secs(7)));
    assert_eq!(
        retry_after("Sun, 22 Nov 2026 10:00:30 GMT", now),
        Some(Duration::from_secs(30))
    );
    assert_eq!(
        retry_after("Sun, 22 Nov 2026 09:00:00 GMT", now),
        Some(Duration::ZERO)
    );
    assert_eq!(retry_after("soon", now), None);
}

#[test]
fn a_relative_location_is_one_of_the_address_asked() {
    let base = "http://a:8080/b/c/d?q";
    // The examples of RFC 3986, section 5.4, as far as they are about http.
    for (to, whole) in [
        ("g", "http://a:8080/b/c/g"),
        ("./g", "http://a:8080/b/c/g"),
        ("g/", "http://a:8080/b/c/g/"),
        ("/g", "http://a:8080/g"),
        ("//g", "http://g"),
        ("?y", "http://a:8080/b/c/d?y"),
        ("g?y", "http://a:8080/b/c/g?y"),
        ("g?y/./x", "http://a:8080/b/c/g?y/./x"),
        ("#s", "http://a:8080/b/c/d?q"),
        ("", "http://a:8080/b/c/d?q"),
        (".", "http://a:8080/b/c/"),
        ("..", "http://a:8080/b/"),
        ("../g", "http://a:8080/b/g"),
        ("../../../g", "http://a:8080/g"),
        ("/./g", "http://a:8080/g"),
        ("https://other/x", "https://other/x"),
        ("file:///etc/passwd", "file:///etc/passwd"),
        ("g:h", "g:h"),
    ] {
        assert_eq!(resolved(base, to), whole, "{to}");
    }
    assert_eq!(resolved("http://a", "g"), "http://a/g");
}

#[test]
fn only_the_sources_own_server_is_asked() {
    let client = Client::new("http://example.org/oparl", Bounds::default()).unwrap();
    for good in [
        "http://example.org/x",
        "http://example.org:80/x",
        "https://example.org/x",
    ] {
        assert_eq!(client.refuse_foreign(good), Ok(()), "{good}");
    }
    for bad in [
        "http://example.org:8080/x",
        "http://example.com/x",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "/relative",
        "",
    ] {
        assert!(client.refuse_foreign(bad).is_err(), "{bad}");
    }
    let client = Client::new("https://example.org/oparl", Bounds::default()).unwrap();
    assert!(client.refuse_foreign("http://example.org/x").is_err());
}
