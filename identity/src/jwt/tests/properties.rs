//! What must hold for any token, whoever made it.

use proptest::prelude::*;

use super::*;

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!(ISSUER)),
        Just(json!("querschnitt-api")),
        Just(json!(NOW)),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|all| Value::Object(all.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_taken_calmly(text in "\\PC{0,300}", parts in prop::collection::vec("\\PC{0,60}", 0..6)) {
        prop_assert!(Token::read(&text, &Algorithm::ALL).is_err());
        let encoded: Vec<String> = parts.iter().map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
        let _ = Token::read(&encoded.join("."), &Algorithm::ALL);
        let _ = key::set(text.as_bytes());
    }

    #[test]
    fn any_changed_character_is_noticed(at in 0_usize..1_000, other in "[A-Za-z0-9_.-]") {
        let signer = Signer::new(Algorithm::Es256);
        let keys = keys(&[signer.jwk("one")]);
        let mut token = signer.token(Algorithm::Es256, &header("ES256"), &claims().to_string());
        let at = at % token.len();
        prop_assume!(token[at..=at] != other);
        token.replace_range(at..=at, &other);
        prop_assert!(verified(&token, &keys).is_err());
    }

    #[test]
    fn whatever_a_claim_is_only_what_fits_is_taken(
        name in prop::sample::select(vec!["iss", "aud", "sub", "exp", "iat", "nbf"]),
        value in json_value(),
    ) {
        let mut claims = claims();
        claims[name] = value.clone();
        if let Ok(base) = checked(&claims) {
            // Judged in another way than the code does.
            let number = || value.as_f64().unwrap();
            let fits = match name {
                "iss" => value == json!(ISSUER),
                "aud" => value == json!("querschnitt-api")
                    || value.as_array().unwrap().contains(&json!("querschnitt-api")),
                "sub" => value.as_str().is_some_and(|sub| sub == base.subject && !sub.is_empty()),
                "exp" => number() > (NOW - 60) as f64,
                _ => number() < (NOW + 61) as f64,
            };
            prop_assert!(fits, "{claims}");
        }
    }

    #[test]
    fn any_header_and_keys_are_taken_calmly(header in json_value(), jwk in json_value(), claims in json_value()) {
        let signer = Signer::new(Algorithm::EdDsa);
        let token = signer.token(Algorithm::EdDsa, &header.to_string(), &claims.to_string());
        let keys = keys(&[jwk, signer.jwk("one")]);
        let _ = verified(&token, &keys);
    }
}
