//! What every answer tells the browser, errors included: run nothing, show it nowhere else, keep nothing.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Answers are data: nothing in them may load or run, and no page may frame them.
const DATA: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Pages have own styles, own pictures and forms that lead here; scripts they have none.
const PAGE: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";
/// What no page of this product needs. Names that common browsers do not know are missing: they complain about each.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), \
    display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), \
    idle-detection=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), \
    publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()";
/// A year. Names below this one are not ours to decide about.
const HSTS: &str = "max-age=31536000";

const ALWAYS: [(HeaderName, &str); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Not "no-referrer": browsers would then say `Origin: null` with every form of our own pages.
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        "require-corp",
    ),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
];

/// Puts them into an answer. What a route has said about its own content and caches stays.
pub(super) fn put(headers: &mut HeaderMap, https: bool) {
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_page = kind.is_some_and(|kind| kind.starts_with(b"text/html"));
    let policy = if is_page { PAGE } else { DATA };
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(policy));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(HSTS),
        );
    }
    headers.remove(header::SERVER);
    headers.remove("x-powered-by");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(own: &[(HeaderName, &'static str)], https: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in own {
            headers.insert(name, HeaderValue::from_static(value));
        }
        put(&mut headers, https);
        headers
    }

    #[test]
    fn pages_may_have_forms_and_data_nothing() {
        let data = answered(&[(header::CONTENT_TYPE, "application/json")], false);
        assert_eq!(data[header::CONTENT_SECURITY_POLICY], DATA);
        assert_eq!(data[header::CACHE_CONTROL], "no-store");
        assert!(!data.contains_key(header::STRICT_TRANSPORT_SECURITY));
        let page = answered(&[(header::CONTENT_TYPE, "text/html; charset=utf-8")], true);
        assert_eq!(page[header::CONTENT_SECURITY_POLICY], PAGE);
        assert_eq!(page[header::STRICT_TRANSPORT_SECURITY], HSTS);
        for policy in [DATA, PAGE] {
            assert!(!policy.contains("unsafe") && !policy.contains("script-src"));
        }
    }

    #[test]
    fn what_a_route_says_of_itself_stays_and_banners_go() {
        let own = [
            (header::CONTENT_SECURITY_POLICY, "sandbox"),
            (header::CACHE_CONTROL, "private, max-age=60"),
            (header::SERVER, "something/1.2"),
        ];
        let headers = answered(&own, false);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "sandbox");
        assert_eq!(headers[header::CACHE_CONTROL], "private, max-age=60");
        assert!(!headers.contains_key(header::SERVER));
    }
}
