//! Pages escape what is not ours, and have what assistive technology needs.

use proptest::prelude::*;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::*;
use crate::directory::{Choice, Notice};
use crate::own::Offer;
use querschnitt_domain::Role;

fn choice(n: u128) -> Choice {
    Choice {
        grant: Uuid::from_u128(n),
        role: Role::KiHead,
        centre: "05711".parse().unwrap(),
        deputy_for: None,
    }
}

fn shown(name: &str) -> Account {
    Account {
        name: name.to_owned(),
        csrf: "token".to_owned(),
        acting: Some(choice(1)),
        notices: Ok(vec![Notice {
            who: name.to_owned(),
            when: "seit 26.11.2026, 09:00 Uhr".to_owned(),
            why: name.to_owned(),
        }]),
        choices: 2,
        local: Some(super::account::Local { recovery: Some(3) }),
        others: 1,
        done: Some("Erledigt."),
    }
}

fn offer() -> Offer {
    Offer {
        secret: Zeroizing::new("ABCDEFGH".to_owned()),
        uri: Zeroizing::new("otpauth://totp/x?a=1&b=2".to_owned()),
        sealed: Zeroizing::new("sealed".to_owned()),
    }
}

fn all() -> Vec<Page> {
    let error = || Some("Das <ging> nicht.".to_owned());
    vec![
        sign_in(None, None),
        sign_in(error(), None),
        code(error(), "token"),
        new_password(None, "token"),
        account(error(), &shown("Erika Muster")),
        second_factor(None, "token", &offer(), false),
        second_factor(error(), "token", &offer(), true),
        recovery_codes(&[Zeroizing::new("abcd-efgh".to_owned())]),
        choose_role("token", &[choice(1), choice(2)], Some(&choice(2))),
        choose_role("token", &[], None),
    ]
}

#[test]
fn every_page_has_what_assistive_technology_needs() {
    for page in all() {
        let html = page.html();
        assert!(
            html.starts_with("<!doctype html>\n<html lang=\"de\">"),
            "{html}"
        );
        for once in ["<h1>", "<main>", "<title>"] {
            assert_eq!(html.matches(once).count(), 1, "{once}: {html}");
        }
        for input in html.split("<input ").skip(1) {
            let input = input.split('>').next().unwrap();
            if input.starts_with("type=\"hidden\"") {
                continue;
            }
            let id = input
                .split("id=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap();
            assert_eq!(
                html.matches(&format!("<label for=\"{id}\">")).count(),
                1,
                "{id}: {html}"
            );
            assert_eq!(
                html.matches(&format!(" id=\"{id}\"")).count(),
                1,
                "{id}: {html}"
            );
        }
        assert_eq!(html.contains("role=\"alert\""), page.error.is_some());
        assert_eq!(html.contains("<title>Fehler: "), page.error.is_some());
    }
}

#[test]
fn an_error_is_read_with_the_field_it_is_about() {
    let error = || Some("Das ging nicht.".to_owned());
    let input = |page: Page, name: &str| {
        let html = page.html();
        let start = format!("<input id=\"{name}\"");
        let (_, rest) = html.split_once(&start).unwrap();
        (rest.split('>').next().unwrap().to_owned(), html)
    };
    let (name, html) = input(
        sign_in(error(), None).about("name").about("password"),
        "name",
    );
    assert!(name.contains("aria-invalid=\"true\" autofocus aria-describedby=\"error\""));
    assert_eq!(html.matches("aria-invalid").count(), 2);
    assert_eq!(html.matches(" autofocus").count(), 1);
    // Its hint is still read.
    let (code, _) = input(code(error(), "token").about("code"), "code");
    assert!(
        code.contains("aria-describedby=\"error code-hint\""),
        "{code}"
    );
    for untouched in [
        sign_in(None, None).about("name"),
        code_page_about("", error()),
        code_page_about("new", error()),
    ] {
        assert!(!untouched.html().contains("aria-invalid"));
    }
}

fn code_page_about(field: &str, error: Option<String>) -> Page {
    code(error, "token").about(field)
}

#[test]
fn no_page_needs_a_script_or_a_style_of_its_own() {
    for page in all() {
        let html = page.html().to_lowercase();
        for word in [
            "<script",
            "style=",
            "<style",
            "javascript:",
            " onclick",
            " onload",
            "http:",
            "https:",
        ] {
            assert!(!html.contains(word), "{word}: {html}");
        }
    }
}

#[test]
fn every_form_of_a_session_has_its_token() {
    for page in all() {
        let html = page.html();
        let forms = html.matches("<form method=\"post\"").count();
        let tokens = html.matches("name=\"csrf\" value=\"token\"").count();
        let of_sign_in = usize::from(page.title == "Anmelden");
        assert_eq!(tokens, forms - of_sign_in, "{html}");
    }
}

#[test]
fn answers_have_the_headers_of_a_page_with_secrets() {
    let response = sign_in(None, None).answer(StatusCode::OK);
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("x-content-type-options"), "nosniff");
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(!policy.contains("unsafe"));
}

#[test]
fn the_chosen_role_is_the_one_that_is_checked() {
    let html = choose_role("token", &[choice(1), choice(2)], Some(&choice(2))).html();
    let checked: Vec<&str> = html
        .lines()
        .filter(|line| line.contains(" checked"))
        .collect();
    assert_eq!(checked.len(), 1);
    assert!(checked[0].contains(&Uuid::from_u128(2).to_string()));
    assert!(html.contains("Leitung, Bielefeld"));
}

proptest! {
    #[test]
    fn no_name_becomes_html(name in "\\PC{0,40}") {
        let html = account(None, &shown(&format!("<{name}>\"'&"))).html();
        let plain = account(None, &shown("")).html();
        let tags = |html: &str| html.matches('<').count();
        prop_assert_eq!(tags(&html), tags(&plain));
        prop_assert_eq!(html.matches('"').count(), plain.matches('"').count());
    }
}
