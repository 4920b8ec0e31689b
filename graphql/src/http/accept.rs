//! Which media type the client takes.

use axum::http::{HeaderMap, header};

/// The two media types a GraphQL answer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/json`: a well-formed request gets 200, also if the document is wrong.
    Json,
    /// `application/graphql-response+json`: the status says whether the request was executed.
    GraphQlResponse,
}

impl Media {
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphQlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }

    /// `None` where the client takes neither. Without `Accept`, and for `*/*`, it is JSON.
    pub(super) fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let accept = accept(headers);
        let modern = quality(&accept, "application", "graphql-response+json");
        let json = quality(&accept, "application", "json");
        match (modern, json) {
            (0, 0) => None,
            // Equal wishes: the one that is named wins over the one that only a wildcard covers.
            (modern, json) if modern > json => Some(Self::GraphQlResponse),
            (modern, json) if modern == json && accept.contains("graphql-response+json") => {
                Some(Self::GraphQlResponse)
            }
            _ => Some(Self::Json),
        }
    }
}

/// Whether the client takes server-sent events.
pub(super) fn takes_events(headers: &HeaderMap) -> bool {
    quality(&accept(headers), "text", "event-stream") > 0
}

/// All `Accept` headers as one list in lower case; what is not ASCII accepts nothing.
fn accept(headers: &HeaderMap) -> String {
    let all: Vec<&str> = headers
        .get_all(header::ACCEPT)
        .iter()
        .map(|value| value.to_str().unwrap_or("-"))
        .collect();
    match all.is_empty() {
        true => "*/*".into(),
        false => all.join(",").to_ascii_lowercase(),
    }
}

/// How much the client wants a type, in thousandths; the most exact range that covers it decides.
fn quality(accept: &str, kind: &str, subtype: &str) -> u32 {
    let mut best = (0, 0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let Some((range_kind, range_subtype)) = parts.next().unwrap_or("").split_once('/') else {
            continue;
        };
        let exactness = match (range_kind, range_subtype) {
            ("*", "*") => 1,
            (k, "*") if k == kind => 2,
            (k, s) if k == kind && s == subtype => 3,
            _ => continue,
        };
        let mut thousandths = 1000;
        let mut is_ours = true;
        for parameter in parts {
            match parameter
                .split_once('=')
                .map(|(name, value)| (name.trim(), value.trim()))
            {
                Some(("q", value)) => thousandths = parse_quality(value),
                Some(("charset", value)) => is_ours = value.trim_matches('"') == "utf-8",
                _ => {}
            }
        }
        if is_ours && exactness > best.0 {
            best = (exactness, thousandths);
        }
    }
    best.1
}

fn parse_quality(value: &str) -> u32 {
    match value.parse::<f32>() {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the value is between 0 and 1000 here"
        )]
        Ok(quality) if (0.0..=1.0).contains(&quality) => (quality * 1000.0) as u32,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiate(accept: &str) -> Option<Media> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        Media::negotiate(&headers)
    }

    #[test]
    fn follows_the_wishes_of_the_client() {
        use Media::{GraphQlResponse, Json};
        assert_eq!(Media::negotiate(&HeaderMap::new()), Some(Json));
        for (accept, expected) in [
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("application/json", Some(Json)),
            ("application/graphql-response+json", Some(GraphQlResponse)),
            (
                "application/graphql-response+json, application/json",
                Some(GraphQlResponse),
            ),
            (
                "application/json, application/graphql-response+json;q=0.9",
                Some(Json),
            ),
            (
                "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8",
                Some(GraphQlResponse),
            ),
            ("APPLICATION/JSON;Q=0.5", Some(Json)),
            ("application/json;q=0, */*", Some(GraphQlResponse)),
            ("application/json; charset=latin1", None),
            ("application/graphql-response+json;q=0", None),
            ("text/html", None),
            ("nonsense", None),
            ("", None),
        ] {
            assert_eq!(negotiate(accept), expected, "{accept}");
        }
    }
}
