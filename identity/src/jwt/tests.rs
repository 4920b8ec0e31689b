//! Tokens as attackers and broken providers make them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::{Value, json};

use super::claims::{Base, Expected, Wrong};
use super::key::{self, Key};
use super::made::{Signer, rsa};
use super::*;

mod properties;

const NOW: i64 = 1_790_000_000;
const ISSUER: &str = "https://sso.example/realms/ki";

fn keys(jwks: &[Value]) -> Vec<Key> {
    key::set(json!({"keys": jwks}).to_string().as_bytes()).unwrap()
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": "querschnitt-api", "sub": "42",
        "iat": NOW - 10, "exp": NOW + 300,
    })
}

fn header(algorithm: &str) -> String {
    json!({"alg": algorithm, "kid": "one", "typ": "at+jwt"}).to_string()
}

fn verified(token: &str, keys: &[Key]) -> Result<Signed, Invalid> {
    Token::read(token, &Algorithm::ALL)?.verified(keys)
}

fn checked(claims: &Value) -> Result<Base, Wrong> {
    let expected = Expected {
        issuer: ISSUER,
        audience: "querschnitt-api",
        now: NOW,
        skew: 60,
    };
    expected.check(claims.as_object().unwrap())
}

#[test]
fn tokens_of_the_standards_own_examples_verify() {
    // RFC 7515, appendices A.2 and A.3.
    let claims = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let rs256 = format!(
        "eyJhbGciOiJSUzI1NiJ9.{claims}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    );
    let es256 = format!(
        "eyJhbGciOiJFUzI1NiJ9.{claims}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    );
    let keys = keys(&[
        json!({"kty": "RSA", "n": rsa("n"), "e": "AQAB"}),
        json!({
            "kty": "EC", "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }),
        json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}),
    ]);
    for token in [rs256, es256] {
        let signed = verified(&token, &keys).unwrap();
        assert_eq!(signed.claims["iss"], "joe");
    }
    // RFC 8037, appendix A.4; its payload is no JSON.
    let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    assert!(keys[2].signed(Algorithm::EdDsa, message, &signature));
}

#[test]
fn every_algorithm_verifies_with_its_own_kind_of_key_only() {
    let signers: Vec<Signer> = Algorithm::ALL.map(Signer::new).into();
    for (algorithm, signer) in Algorithm::ALL.into_iter().zip(&signers) {
        let header = header(algorithm.as_str());
        let token = signer.token(algorithm, &header, &claims().to_string());
        let ours = keys(&[signer.jwk("one")]);
        assert!(verified(&token, &ours).is_ok(), "{algorithm:?}");
        let others: Vec<Algorithm> = Algorithm::ALL
            .into_iter()
            .filter(|other| *other != algorithm)
            .collect();
        assert_eq!(
            Token::read(&token, &others).unwrap_err(),
            Invalid::Algorithm
        );
        for other in others {
            // The same key, another algorithm in the header.
            let header = self::header(other.as_str());
            let token = signer.token(algorithm, &header, &claims().to_string());
            assert_eq!(verified(&token, &ours).unwrap_err(), Invalid::Signature);
        }
        // A key that says it is for another algorithm.
        let mut jwk = signer.jwk("one");
        jwk["alg"] = if algorithm == Algorithm::Rs256 {
            "PS256"
        } else {
            "RS256"
        }
        .into();
        assert!(verified(&token, &keys(&[jwk])).is_err());
    }
}

#[test]
fn none_and_shared_secrets_are_no_algorithms() {
    let jwk = Signer::new(Algorithm::Rs256).jwk("one");
    let keys = keys(std::slice::from_ref(&jwk));
    let message = |header: &str| {
        let claims = URL_SAFE_NO_PAD.encode(claims().to_string());
        format!("{}.{claims}", URL_SAFE_NO_PAD.encode(header))
    };
    for none in ["none", "None", "NONE", "nOnE", ""] {
        let token = format!("{}.", message(&header(none)));
        assert_eq!(verified(&token, &keys).unwrap_err(), Invalid::Algorithm);
    }
    // The public key as the secret: as the set shows it, and its modulus.
    let modulus = URL_SAFE_NO_PAD.decode(rsa("n")).unwrap();
    for secret in [jwk.to_string().as_bytes(), &modulus] {
        for name in ["HS256", "HS384", "HS512", "RS256"] {
            let message = message(&header(name));
            let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
            let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&secret, message.as_bytes()));
            assert!(verified(&format!("{message}.{tag}"), &keys).is_err());
        }
    }
}

#[test]
fn what_a_header_brings_along_is_not_used() {
    let ours = Signer::new(Algorithm::Es256);
    let theirs = Signer::new(Algorithm::Es256);
    let keys = keys(&[ours.jwk("one")]);
    let their = theirs.jwk("one");
    for header in [
        json!({"alg": "ES256", "jwk": their}),
        json!({"alg": "ES256", "kid": "one", "jwk": their}),
        json!({"alg": "ES256", "jku": "https://attacker.example/keys"}),
        json!({"alg": "ES256", "kid": "one", "x5u": "https://attacker.example/cert"}),
        json!({"alg": "ES256", "kid": "one", "x5c": ["MIIB"]}),
        json!({"alg": "ES256", "kid": "../../../../dev/null"}),
        json!({"alg": "ES256", "kid": "' OR 1=1 --"}),
    ] {
        let token = theirs.token(Algorithm::Es256, &header.to_string(), &claims().to_string());
        let refused = verified(&token, &keys).unwrap_err();
        assert!(
            matches!(refused, Invalid::Signature | Invalid::UnknownKey),
            "{header}"
        );
    }
    for header in [
        json!({"alg": "ES256", "kid": "one", "crit": ["exp"]}),
        json!({"alg": "ES256", "kid": "one", "crit": []}),
        json!({"alg": "ES256", "kid": "one", "b64": false, "crit": ["b64"]}),
        json!({"alg": "ES256", "kid": "one", "zip": "DEF"}),
        json!({"alg": "ES256", "kid": "one", "enc": "A256GCM"}),
    ] {
        let token = ours.token(Algorithm::Es256, &header.to_string(), &claims().to_string());
        assert_eq!(
            verified(&token, &keys).unwrap_err(),
            Invalid::Kind,
            "{header}"
        );
    }
}

#[test]
fn what_is_no_token_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    let keys = keys(&[signer.jwk("one")]);
    let good = signer.token(Algorithm::EdDsa, &header("EdDSA"), &claims().to_string());
    assert!(verified(&good, &keys).is_ok());
    let twice = claims().to_string().replacen('{', r#"{"sub":"1","#, 1);
    let twice_in_header = r#"{"alg":"EdDSA","alg":"none","kid":"one"}"#;
    for token in [
        signer.token(Algorithm::EdDsa, &header("EdDSA"), &twice),
        signer.token(Algorithm::EdDsa, twice_in_header, &claims().to_string()),
        signer.token(Algorithm::EdDsa, &header("EdDSA"), "[]"),
        signer.token(Algorithm::EdDsa, &header("EdDSA"), ""),
        signer.token(Algorithm::EdDsa, "{}", &claims().to_string()),
        signer.token(
            Algorithm::EdDsa,
            r#"{"alg":["EdDSA"]}"#,
            &claims().to_string(),
        ),
        signer.token(
            Algorithm::EdDsa,
            r#"{"alg":"EdDSA","kid":1}"#,
            &claims().to_string(),
        ),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}="),
        format!(" {good}"),
        good.replacen('.', "..", 1),
        good.replace('.', ""),
        "..".into(),
        String::new(),
    ] {
        assert_eq!(
            verified(&token, &keys).unwrap_err(),
            Invalid::Malformed,
            "{token}"
        );
    }
    let long = json!({"sub": "x".repeat(LONGEST)}).to_string();
    let long = signer.token(Algorithm::EdDsa, &header("EdDSA"), &long);
    assert_eq!(verified(&long, &keys).unwrap_err(), Invalid::Malformed);
}

#[test]
fn an_unknown_key_is_told_from_a_wrong_signature() {
    let (ours, theirs) = (Signer::new(Algorithm::Es256), Signer::new(Algorithm::Es256));
    let token = theirs.token(Algorithm::Es256, &header("ES256"), &claims().to_string());
    assert_eq!(
        verified(&token, &keys(&[ours.jwk("two")])).unwrap_err(),
        Invalid::UnknownKey
    );
    assert_eq!(verified(&token, &[]).unwrap_err(), Invalid::UnknownKey);
    assert_eq!(
        verified(&token, &keys(&[ours.jwk("one")])).unwrap_err(),
        Invalid::Signature
    );
    // Two keys of one id: one of them may have signed.
    assert!(verified(&token, &keys(&[ours.jwk("one"), theirs.jwk("one")])).is_ok());
    // No id: any key may have signed, also one that is too new to be known.
    let token = theirs.token(
        Algorithm::Es256,
        r#"{"alg":"ES256"}"#,
        &claims().to_string(),
    );
    assert!(verified(&token, &keys(&[theirs.jwk("two")])).is_ok());
    assert_eq!(
        verified(&token, &keys(&[ours.jwk("one")])).unwrap_err(),
        Invalid::UnknownKey
    );
}

#[test]
fn keys_that_are_not_for_signatures_or_too_small_are_left_aside() {
    let good = Signer::new(Algorithm::Rs256).jwk("one");
    let point = Signer::new(Algorithm::Es256).jwk("one");
    let changed = |key: &Value, name: &str, value: Value| {
        let mut key = key.clone();
        key[name] = value;
        key
    };
    let zeros = format!("AAAA{}", rsa("n"));
    assert_eq!(
        keys(&[
            good.clone(),
            point.clone(),
            changed(&good, "n", zeros.into())
        ])
        .len(),
        3
    );
    let small = URL_SAFE_NO_PAD.encode([0xff; 128]);
    let zeros_before_small = URL_SAFE_NO_PAD.encode([[0; 128], [0xff; 128]].concat());
    let bad = [
        changed(&good, "use", json!("enc")),
        changed(&good, "use", Value::Null),
        changed(&good, "key_ops", json!(["encrypt"])),
        changed(&good, "alg", json!("RSA-OAEP")),
        changed(&good, "alg", json!("HS256")),
        changed(&good, "n", json!(small)),
        changed(&good, "n", json!(zeros_before_small)),
        changed(&good, "n", json!("*")),
        changed(&good, "kid", json!("x".repeat(257))),
        changed(&good, "kid", json!(7)),
        changed(&point, "crv", json!("P-521")),
        changed(&point, "crv", json!("P-384")),
        changed(&point, "x", json!("AAAA")),
        json!({"kty": "oct", "k": "c2VjcmV0", "kid": "one"}),
        json!({"kty": "OKP", "crv": "X25519", "x": URL_SAFE_NO_PAD.encode([1; 32])}),
        json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode([1; 31])}),
        json!(7),
    ];
    for bad in bad {
        assert_eq!(keys(std::slice::from_ref(&bad)), [], "{bad}");
    }
    let many: Vec<Value> = (0..1_000).map(|_| good.clone()).collect();
    assert_eq!(keys(&many).len(), 64);
    for text in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[],"keys":[]}"#] {
        assert_eq!(key::set(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn a_token_is_from_the_issuer_for_us_about_somebody_and_now() {
    assert_eq!(checked(&claims()).unwrap().subject, "42");
    for (name, good) in [
        ("aud", json!(["other", "querschnitt-api"])),
        ("exp", json!(NOW - 59)),
        ("exp", json!(1_790_000_000.5)),
        ("nbf", json!(NOW + 60)),
        ("iat", json!(NOW + 60)),
        ("sub", json!("x".repeat(255))),
    ] {
        let mut claims = claims();
        claims[name] = good;
        assert!(checked(&claims).is_ok(), "{claims}");
    }
    for (name, bad, wrong) in [
        (
            "iss",
            json!("https://sso.example/realms/other"),
            Wrong::Issuer,
        ),
        ("iss", json!(format!("{ISSUER}/")), Wrong::Issuer),
        ("iss", json!([ISSUER]), Wrong::Claim("iss")),
        ("iss", Value::Null, Wrong::Claim("iss")),
        ("aud", json!("querschnitt"), Wrong::Audience),
        ("aud", json!("querschnitt-api "), Wrong::Audience),
        ("aud", json!([]), Wrong::Audience),
        ("aud", json!({"querschnitt-api": 1}), Wrong::Claim("aud")),
        ("aud", json!(["querschnitt-api", 1]), Wrong::Claim("aud")),
        (
            "aud",
            json!(vec!["querschnitt-api"; 65]),
            Wrong::Claim("aud"),
        ),
        ("exp", json!(NOW - 60), Wrong::Expired),
        ("exp", json!(0), Wrong::Expired),
        ("exp", json!((NOW + 300).to_string()), Wrong::Claim("exp")),
        ("exp", json!(1e300), Wrong::Claim("exp")),
        ("exp", json!(u64::MAX), Wrong::Claim("exp")),
        ("exp", json!(i64::MAX), Wrong::Claim("exp")),
        ("exp", json!(-1), Wrong::Claim("exp")),
        ("exp", Value::Null, Wrong::Claim("exp")),
        ("nbf", json!(NOW + 61), Wrong::NotYet),
        ("nbf", json!("x"), Wrong::Claim("nbf")),
        ("iat", json!(NOW + 61), Wrong::NotYet),
        ("iat", json!(true), Wrong::Claim("iat")),
        ("sub", json!(""), Wrong::Claim("sub")),
        ("sub", json!(42), Wrong::Claim("sub")),
        ("sub", json!("a\u{0}b"), Wrong::Claim("sub")),
        ("sub", json!("x".repeat(256)), Wrong::Claim("sub")),
    ] {
        let mut claims = claims();
        claims[name] = bad;
        assert_eq!(checked(&claims), Err(wrong), "{claims}");
    }
    for name in ["iss", "aud", "exp", "iat", "sub"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        assert!(checked(&claims).is_err(), "without {name}");
    }
}

#[test]
fn a_token_that_says_it_is_of_another_kind_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    let keys = keys(&[signer.jwk("one")]);
    let kind = |kind: Value, allowed: &[&str]| {
        let header = json!({"alg": "EdDSA", "kid": "one", "typ": kind}).to_string();
        let token = signer.token(Algorithm::EdDsa, &header, &claims().to_string());
        verified(&token, &keys).and_then(|signed| signed.kind(allowed))
    };
    for fine in ["JWT", "jwt", "at+jwt", "application/at+jwt", "AT+JWT"] {
        assert_eq!(kind(json!(fine), &["at+jwt"]), Ok(()), "{fine}");
    }
    for other in [
        "logout+jwt",
        "secevent+jwt",
        "dpop+jwt",
        "JOSE",
        "at+jwt2",
        "",
    ] {
        assert_eq!(
            kind(json!(other), &["at+jwt"]),
            Err(Invalid::Kind),
            "{other}"
        );
    }
    assert_eq!(kind(json!("at+jwt"), &[]), Err(Invalid::Kind));
    assert_eq!(
        kind(json!(["at+jwt"]), &["at+jwt"]),
        Err(Invalid::Malformed)
    );
}
