//! Who is believed, who has to wait, and who is told from whom.

use axum::body::Body;
use proptest::prelude::*;

use super::*;

fn request(peer: &str, headers: &[(&str, &str)]) -> Request {
    let mut request = Request::builder()
        .uri("/graphql")
        .header("host", "proxy.internal");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(Peer(peer.parse().unwrap()));
    request
}

fn edge(settings: &str) -> Edge {
    let settings = crate::config::tests::from_file(settings).unwrap();
    Edge::new(&settings, settings.listen)
}

const SAID: [(&str, &str); 4] = [
    ("x-forwarded-for", "203.0.113.7"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "ki.example"),
    ("x-real-ip", "203.0.113.7"),
];

#[test]
fn only_the_proxy_is_believed() {
    let proxied = "trusted_proxy = true\ntrusted_proxy_addresses = ['10.0.0.0/8']";
    for (settings, peer, believed) in [
        (proxied, "10.1.1.1", true),
        (proxied, "127.0.0.1", false),
        ("", "127.0.0.1", false),
        ("trusted_proxy = true", "127.0.0.1", true),
    ] {
        let mut request = request(peer, &SAID);
        let client = edge(settings).client(&mut request).unwrap();
        let address = if believed { "203.0.113.7" } else { peer };
        assert_eq!(
            client.address,
            address.parse::<IpAddr>().unwrap(),
            "{settings} {peer}"
        );
        assert_eq!(client.https, believed);
        // That is the name the proxy asked for, until the settings say that it sets the other one itself.
        assert_eq!(request.headers()["host"], "proxy.internal");
        assert!(request.extensions().get::<FromHere>().is_none());
        assert_eq!(
            request.extensions().get::<Peer>(),
            Some(&Peer(client.address))
        );
        assert_eq!(
            request.headers().len(),
            1,
            "nothing is left to be believed: {request:?}"
        );
    }
}

#[test]
fn the_name_a_proxy_sets_counts_where_the_settings_say_that_it_does() {
    for (setting, expected) in [
        ("", "proxy.internal"),
        ("\ntrusted_proxy_host = false", "proxy.internal"),
        ("\ntrusted_proxy_host = true", "ki.example"),
    ] {
        let mut request = request("127.0.0.1", &SAID);
        let proxied = format!("trusted_proxy = true{setting}");
        edge(&proxied).client(&mut request).unwrap();
        assert_eq!(request.headers()["host"], expected, "{setting}");
    }
    // Without a proxy the setting is air.
    let mut request = request("127.0.0.1", &SAID);
    let client = edge("trusted_proxy_host = true").client(&mut request);
    assert!(!client.unwrap().https);
    assert_eq!(request.headers()["host"], "proxy.internal");
}

#[test]
fn who_asks_directly_on_this_machine_is_told_from_everybody_else() {
    let is_here = |settings: &str, peer: &str, headers: &[(&str, &str)]| {
        let mut request = request(peer, headers);
        edge(settings).client(&mut request).unwrap();
        request.extensions().get::<FromHere>().is_some()
    };
    for settings in ["", "trusted_proxy = true"] {
        for peer in ["127.0.0.1", "::1", "127.9.9.9", "::ffff:127.0.0.1"] {
            assert!(is_here(settings, peer, &[]), "{settings} {peer}");
        }
        for header in SAID {
            assert!(!is_here(settings, "127.0.0.1", &[header]), "{header:?}");
        }
    }
    assert!(!is_here("", "192.0.2.9", &[]));
    // A proxy that says that its client is this machine does not make it so.
    let forged = [("x-forwarded-for", "127.0.0.1")];
    assert!(!is_here("trusted_proxy = true", "127.0.0.1", &forged));
}

/// One bucket for what tries a secret; what only the provider can sign is not in it.
#[test]
fn the_provider_is_counted_otherwise_than_people() {
    let settings = "rates.sign_in = 8\nrates.per_address = 80";
    let edge = edge(settings);
    let client = |address: &str| Client {
        address: address.parse().unwrap(),
        https: true,
    };
    let admit = |method: &str, path: &str, address: &str| {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("host", "localhost").body(Body::empty());
        edge.admit(client(address), &request.unwrap())
    };
    let code = "/auth/provider/callback?code=a&state=b";
    assert_eq!(admit("GET", code, "192.0.2.1"), Ok(()));
    assert_eq!(admit("HEAD", code, "192.0.2.1"), Ok(()));
    // Two at once, and passwords of the same address count with them.
    for (method, path) in [("GET", code), ("HEAD", code), ("POST", "/anmelden")] {
        let refused = admit(method, path, "192.0.2.1").unwrap_err();
        assert!(
            matches!(refused, Refusal::TooSoon(_)),
            "{path}: {refused:?}"
        );
    }
    assert_eq!(admit("GET", code, "192.0.2.2"), Ok(()));
    // Pages are still shown, and the provider still signs people out, until the address has asked too often at all.
    assert_eq!(admit("GET", "/anmelden", "192.0.2.1"), Ok(()));
    let ended = (0..80).map(|_| admit("POST", BACKCHANNEL, "192.0.2.1"));
    let ended = ended.take_while(Result::is_ok).count();
    assert!((10..20).contains(&ended), "{ended}");
    assert_eq!(admit("POST", BACKCHANNEL, "192.0.2.2"), Ok(()));
}

proptest! {
    /// Headers are anybody's bytes. Whatever they are, there is an answer, and nothing is left to be believed.
    #[test]
    fn any_bytes_in_headers_are_answered(
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 6..12),
        behind in any::<bool>(), forwarded in any::<bool>(),
    ) {
        let kind = if forwarded { "forwarded" } else { "x-forwarded" };
        let proxied = format!("trusted_proxy = true\nhosts = ['ki.example']\ntrusted_proxy_header = '{kind}'");
        let edge = edge(if behind { &proxied } else { "" });
        let mut request = request("127.0.0.1", &[]);
        let names = ["host", "forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "transfer-encoding"];
        for (value, name) in values.iter().zip(names.iter().cycle()) {
            if let Ok(value) = axum::http::HeaderValue::from_bytes(value) {
                request.headers_mut().append(*name, value);
            }
        }
        let client = edge.client(&mut request).unwrap();
        let _ = edge.admit(client, &request);
        let left = request.headers().keys().any(|name| name.as_str().contains("forwarded"));
        prop_assert!(!left);
        let itself = Client { address: IpAddr::from([127, 0, 0, 1]), https: false };
        prop_assert!(behind || client == itself);
    }
}

#[test]
fn nobody_goes_past_the_proxy_without_tls() {
    let proxied = "trusted_proxy = true\nlisten = '0.0.0.0:80'";
    let refused = edge(proxied)
        .client(&mut request("192.0.2.9", &SAID))
        .unwrap_err();
    assert_eq!(refused, Refusal::NotTheProxy);
    let with_tls = format!("{proxied}\ntls.certificate = 'a'\ntls.key = 'b'");
    let client = edge(&with_tls)
        .client(&mut request("192.0.2.9", &SAID))
        .unwrap();
    assert_eq!(
        client,
        Client {
            address: "192.0.2.9".parse().unwrap(),
            https: true
        }
    );
}

#[test]
fn what_tries_a_secret_is_told_from_what_is_shown() {
    for (method, path, expected) in [
        ("POST", "/anmelden", true),
        ("POST", "/anmelden/code", true),
        ("PUT", "/konto/kennwort", true),
        ("GET", "/anmelden", false),
        ("POST", "/anmeldung", false),
        ("POST", "/graphql", false),
        ("GET", "/auth/provider", false),
        ("GET", "/auth/provider/callback", true),
    ] {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Body::empty()).unwrap();
        assert_eq!(is_sign_in(&request), expected, "{method} {path}");
    }
}

#[test]
fn an_address_has_a_number_of_connections_but_not_a_proxy() {
    let of = |settings: &str, address: &str| {
        let settings = crate::config::tests::from_file(settings).unwrap();
        connections_of(&settings)(address.parse().unwrap())
    };
    let set = "limits.connections_per_address = 7";
    let proxied = "limits.connections_per_address = 7\ntrusted_proxy = true";
    assert_eq!(of("", "127.0.0.1"), usize::MAX);
    assert_eq!(of("", "192.0.2.9"), CONNECTIONS);
    assert_eq!(of(set, "127.0.0.1"), 7);
    assert_eq!(of(proxied, "127.0.0.1"), usize::MAX);
    assert_eq!(of(proxied, "192.0.2.9"), 7);
}
