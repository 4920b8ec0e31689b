//! What setting a letter has to hold to, for any text.

use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use time::macros::datetime;

use super::super::contents::{Head, Letter, Signature};
use super::super::open::{LetterError, check_logo};

const LOGO: &[u8] = include_bytes!("logo.png");

fn letter() -> Letter {
    let own = |text: &str| text.to_owned();
    Letter {
        ident: own("querschnitt:01980000-0000-7000-8000-000000000007:42"),
        recorded_at: datetime!(2026-03-20 09:14:03.5 UTC),
        logo: Some(LOGO.to_vec()),
        draft: false,
        title: own("Stellungnahme zum Projektvorhaben „Mitten im Viertel“ vom 20. März 2026"),
        head: Head {
            authority: own("Stadt Bielefeld · Der Oberbürgermeister"),
            office: own("Kommunales Integrationszentrum Bielefeld"),
            logo: Some(own("Wappen der Stadt Bielefeld")),
        },
        sender: own(
            "Kommunales Integrationszentrum Bielefeld · Niederwall 23 · 33602\u{A0}Bielefeld",
        ),
        recipient: vec![own("Bezirksregierung Arnsberg"), own("59821 Arnsberg")],
        info: vec![
            ("Ihr Zeichen", own("36.02-17/26")),
            ("Datum", own("20. März 2026")),
        ],
        subject: own("Stellungnahme zum Projektvorhaben „Mitten im Viertel“"),
        opening: own("Sie haben um eine Stellungnahme gebeten."),
        notes: vec![own("Dies ist die 2. Fassung.")],
        project: vec![
            ("Antragsteller", own("Bildungsbrücke Şükran e. V.")),
            ("Beantragter Betrag", own("12.345,60\u{A0}€")),
        ],
        outcome: "befürwortet mit Auflagen/Empfehlungen",
        text: vec![
            vec![
                own("Der Bedarf ist belegt."),
                own("مركز الاندماج, Олександр"),
            ],
            vec![own("Auflage: Kinderbetreuung.")],
        ],
        scores: vec![
            ("Bedarf im Sozialraum", own("3 von 4")),
            ("Datenschutz", own("trifft nicht zu")),
        ],
        signature: Some(Signature {
            function: own("Leitung"),
            note: own("Elektronisch gezeichnet am 19. März 2026."),
        }),
    }
}

#[test]
fn a_letter_has_the_same_bytes_each_time() {
    let first = letter().render().unwrap();
    assert!(first.starts_with(b"%PDF-1.7"));
    assert_eq!(first, letter().render().unwrap());
    // Changes with typst, the template or a font, never with the machine. Look at the letter then, and say
    // in the changelog that letters made from now on differ.
    assert_eq!(
        hex::encode(Sha256::digest(&first)),
        "89c759dc07b20edc763af0311875ba122ff46bdf91006f12819b967fb8bcb475"
    );
    let later = Letter {
        recorded_at: datetime!(2026-03-20 09:14:04.5 UTC),
        ..letter()
    };
    assert_ne!(first, later.render().unwrap(), "the date is in the file");
    let other = Letter {
        ident: "querschnitt:01980000-0000-7000-8000-000000000007:43".to_owned(),
        ..letter()
    };
    assert_ne!(first, other.render().unwrap(), "the id is in the file");
}

#[test]
fn a_draft_and_a_bare_letter_are_set() {
    let bare = Letter {
        draft: true,
        logo: None,
        head: Head {
            logo: None,
            ..letter().head
        },
        recipient: Vec::new(),
        info: Vec::new(),
        notes: Vec::new(),
        project: Vec::new(),
        text: Vec::new(),
        scores: Vec::new(),
        signature: None,
        ..letter()
    };
    assert!(bare.render().is_ok());
}

#[test]
fn only_a_picture_is_a_logo() {
    check_logo(LOGO).unwrap();
    for broken in [&LOGO[..LOGO.len() / 2], &LOGO[..40], b"<svg/>", b""] {
        let refused = check_logo(broken);
        assert!(
            matches!(refused, Err(LetterError::Typesetting(_))),
            "{refused:?}"
        );
    }
}

/// A letter that has this text in every place a person can fill.
fn all_of(text: &str) -> Letter {
    let own = || text.to_owned();
    let line = || text.replace(['\n', '\r'], " ");
    Letter {
        title: line(),
        head: Head {
            authority: line(),
            office: line(),
            logo: Some(line()),
        },
        sender: line(),
        recipient: vec![line(); 6],
        info: vec![("Ihr Zeichen", line())],
        subject: format!("Zu {}", line()),
        project: vec![("Projekt", line())],
        text: vec![vec![own()]],
        signature: Some(Signature {
            function: line(),
            note: String::new(),
        }),
        ..letter()
    }
}

#[test]
fn what_looks_like_code_is_text() {
    for text in [
        "#panic(\"obeyed\")",
        "#read(\"/etc/passwd\")",
        "#include \"letter.typ\"",
        "\"}} #while true {} {{\"",
        "$ integral $ \\u{0} ``` = * _ @x <x> // /* */ [ ] ( )",
        "\\",
        "\u{0}\u{1}",
        "\u{AD}",
        "\u{200E}\u{200F}",
        "\u{301}",
    ] {
        all_of(text).render().unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Any characters at all: the standards refuse a file with a glyph that means nothing.
    #[test]
    fn any_text_can_be_printed(text in proptest::collection::vec(any::<char>(), 1..60)) {
        let text: String = text.into_iter().collect();
        let refused = all_of(&text).render().err();
        prop_assert!(refused.is_none(), "{refused:?}");
    }

    /// The same from the scripts that the fonts have, in any mixture with marks and joiners.
    #[test]
    fn any_mixture_of_scripts_can_be_printed(
        text in "[ a-zäß\u{300}-\u{36F}\u{370}-\u{5FF}\u{600}-\u{6FF}\u{1200}-\u{137F}\u{10A0}-\u{10FF}\u{200B}-\u{200F}\u{1F1E6}-\u{1F1FF}\u{FE0F}\u{AD}\u{A0}]{1,80}"
    ) {
        let refused = all_of(&text).render().err();
        prop_assert!(refused.is_none(), "{refused:?}");
    }
}
