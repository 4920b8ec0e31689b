//! What a provider says about itself (OpenID Connect Discovery 1.0, RFC 8414).

use serde_json::{Map, Value};

use super::address;
use super::http::Unanswered;

/// What is needed of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Metadata {
    /// Where browsers go to sign in.
    pub(crate) authorization_endpoint: String,
    /// Where codes become tokens.
    pub(crate) token_endpoint: String,
    /// Where the keys are.
    pub(crate) jwks_uri: String,
    /// Where more claims are, if anywhere.
    pub(crate) userinfo_endpoint: Option<String>,
    /// Where browsers go to sign out, if anywhere.
    pub(crate) end_session_endpoint: Option<String>,
    /// Whether the answer to a sign-in says from whom it is (RFC 9207).
    pub(crate) names_issuer: bool,
    /// Whether a client says its secret in the header (the usual way) or in the form.
    pub(crate) secret_in_header: bool,
}

/// Where a provider describes itself.
pub(crate) fn address(issuer: &str) -> String {
    let issuer = issuer.trim_end_matches('/');
    format!("{issuer}/.well-known/openid-configuration")
}

impl Metadata {
    /// Reads the description; refuses one of another issuer, or with addresses over which secrets would go in clear.
    pub(crate) fn read(found: &Map<String, Value>, issuer: &str) -> Result<Self, Unanswered> {
        if found.get("issuer").and_then(Value::as_str) != Some(issuer) {
            return Err(Unanswered::Content("another issuer than in the settings"));
        }
        let optional = |name: &str| match found.get(name).and_then(Value::as_str) {
            None => Ok(None),
            Some(address) if address::is_safe(address) => Ok(Some(address.to_owned())),
            Some(_) => Err(Unanswered::Content("an address without https")),
        };
        let needed = |name: &str| {
            optional(name)?.ok_or(Unanswered::Content("an address that is needed is missing"))
        };
        let lists = |name: &str, value: &str| {
            let list = found.get(name)?.as_array()?;
            Some(list.iter().any(|one| one.as_str() == Some(value)))
        };
        if lists("code_challenge_methods_supported", "S256") == Some(false) {
            return Err(Unanswered::Content("no PKCE with S256"));
        }
        let methods = "token_endpoint_auth_methods_supported";
        Ok(Self {
            authorization_endpoint: needed("authorization_endpoint")?,
            token_endpoint: needed("token_endpoint")?,
            jwks_uri: needed("jwks_uri")?,
            userinfo_endpoint: optional("userinfo_endpoint")?,
            end_session_endpoint: optional("end_session_endpoint")?,
            names_issuer: found.get("authorization_response_iss_parameter_supported")
                == Some(&Value::Bool(true)),
            // Where the list is missing, the header is the rule (Discovery, section 3).
            secret_in_header: lists(methods, "client_secret_basic") != Some(false),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn described(change: impl Fn(&mut Value)) -> Result<Metadata, Unanswered> {
        let mut all = json!({
            "issuer": "https://sso.example/realms/ki",
            "authorization_endpoint": "https://sso.example/auth",
            "token_endpoint": "https://sso.example/token",
            "jwks_uri": "https://sso.example/keys",
        });
        change(&mut all);
        Metadata::read(all.as_object().unwrap(), "https://sso.example/realms/ki")
    }

    #[test]
    fn a_description_of_another_issuer_or_with_open_addresses_is_refused() {
        assert!(described(|_| ()).unwrap().secret_in_header);
        for (name, value) in [
            ("issuer", json!("https://sso.example/realms/ki/")),
            ("issuer", json!("https://SSO.example/realms/ki")),
            ("issuer", json!(["https://sso.example/realms/ki"])),
            ("issuer", Value::Null),
            ("token_endpoint", json!("http://sso.example/token")),
            ("jwks_uri", json!("file:///etc/passwd")),
            ("jwks_uri", Value::Null),
            ("authorization_endpoint", json!("javascript:alert(1)")),
            ("end_session_endpoint", json!("http://sso.example/end")),
            ("code_challenge_methods_supported", json!(["plain"])),
        ] {
            let refused = described(|all| all[name] = value.clone());
            assert!(refused.is_err(), "{name}: {value}");
        }
    }

    #[test]
    fn where_it_describes_itself_is_below_the_issuer() {
        for issuer in [
            "https://sso.example/realms/ki",
            "https://sso.example/realms/ki/",
        ] {
            assert_eq!(
                address(issuer),
                "https://sso.example/realms/ki/.well-known/openid-configuration"
            );
        }
    }
}
