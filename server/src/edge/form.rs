//! Requests whose form leaves doubt about where they end, or is larger than anybody needs.
//!
//! hyper decides where a request ends and does it right. A proxy in front may decide otherwise about the same bytes, and
//! then two people's requests get mixed up (request smuggling). So what is doubtful is not answered at all.

use axum::http::{HeaderMap, HeaderValue, Request, header};

use super::refusal::Refusal;

/// Bytes of all headers together, names and values.
const HEADERS: usize = 32 * 1024;

/// Whether it leaves no doubt.
pub(super) fn check<B>(request: &Request<B>) -> Result<(), Refusal> {
    let headers = request.headers();
    if is_doubtful(headers) {
        return Err(Refusal::Length);
    }
    match size(headers) > HEADERS {
        true => Err(Refusal::Headers),
        false => Ok(()),
    }
}

fn is_doubtful(headers: &HeaderMap) -> bool {
    let lengths = headers.get_all(header::CONTENT_LENGTH).iter().count();
    let codings = headers.get_all(header::TRANSFER_ENCODING);
    let other = |coding: &HeaderValue| !coding.as_bytes().eq_ignore_ascii_case(b"chunked");
    let number = codings.iter().count();
    lengths + number > 1 || codings.iter().any(other)
}

fn size(headers: &HeaderMap) -> usize {
    let sizes = headers.iter();
    sizes
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;

    use super::*;

    fn status(headers: &[(&str, &str)]) -> Option<u16> {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let refused = check(&request.body(()).unwrap()).err()?.into_response();
        assert_eq!(refused.headers()[header::CONNECTION], "close");
        Some(refused.status().as_u16())
    }

    #[test]
    fn the_length_is_given_in_one_way() {
        let (length, chunked) = (("content-length", "5"), ("transfer-encoding", "chunked"));
        assert_eq!(status(&[]), None);
        assert_eq!(status(&[length]), None);
        assert_eq!(status(&[("transfer-encoding", "Chunked")]), None);
        for headers in [
            &[length, chunked][..],
            &[length, length],
            &[chunked, chunked],
            &[("transfer-encoding", "gzip, chunked")],
            &[("transfer-encoding", "identity")],
            &[("transfer-encoding", "")],
        ] {
            assert_eq!(status(headers), Some(400), "{headers:?}");
        }
    }

    #[test]
    fn headers_have_a_size() {
        let value = "x".repeat(HEADERS / 2);
        assert_eq!(status(&[("x", &value)]), None);
        assert_eq!(status(&[("x", &value), ("y", &value)]), Some(431));
    }
}
