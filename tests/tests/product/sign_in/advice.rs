//! A partner's office gives the advice it was asked for, and does nothing else to the review.

use querschnitt_tests::{App, Client};
use serde_json::{Value, json};

use super::browser::{Browser, first_sign_in, password_in};
use crate::words::{account, command, organisation, request, requested, with};

/// Somebody of the organisation, signed in.
fn partner(app: &App, organisation: &str) -> Browser {
    let (code, out, err) = app.cli(&[
        "account",
        "add",
        "--login",
        "verein",
        "--name",
        "Frau Verein",
        "--role",
        "PARTNER_OFFICE",
        "--centre",
        "05711",
        "--organisation",
        organisation,
    ]);
    assert_eq!(code, 0, "{err}");
    first_sign_in(app, "verein", &password_in(&out))
}

fn does(client: &Client, mutation: &str, review: &str, input: &Value) {
    let base = json!({ "commandId": command(), "id": review });
    client.done(mutation, &with(base, input), "review { id }");
}

/// The errors of a mutation of a review, as code, field and sentence.
fn sends(partner: &mut Browser, mutation: &str, review: &str, input: &str) -> Value {
    let command = command();
    let document = format!(
        "mutation {{ {mutation}(input: {{ commandId: \"{command}\", id: \"{review}\", {input} }}) {{ review {{ id }} errors {{ code field message }} }} }}"
    );
    let answer = partner.graphql(&document, &[]).json();
    answer["data"][mutation]["errors"].clone()
}

fn reviews(partner: &mut Browser) -> Value {
    let document = "{ projectReviews(first: 9) { totalCount nodes { id title advice { number question text outcome organisation { name } } } } }";
    let answer = partner.graphql(document, &[]).json();
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["projectReviews"].clone()
}

#[test]
fn a_partners_office_gives_the_advice_it_was_asked_for() {
    let app = App::start();
    let officer = app.officer();
    let club = organisation(&officer, "Kulturverein", "MIGRANT_ORG", &[]);
    let library = organisation(&officer, "Bibliothek", "MUNICIPAL_OFFICE", &[]);
    let asked = requested(&officer, &request());
    let other = requested(&officer, &request());
    let own = with(
        request(),
        &json!({ "applicant": club, "applicantName": null }),
    );
    let own = requested(&officer, &own);
    let reviewer = json!({ "reviewer": account(&officer) });
    for review in [&asked, &other, &own] {
        does(&officer, "assignReview", review, &reviewer);
    }
    let question = json!({ "organisation": club, "question": "Gibt es das schon?" });
    does(&officer, "askAdvice", &asked, &question);
    does(&officer, "askAdvice", &own, &question);
    let library = json!({ "organisation": library });
    does(&officer, "askAdvice", &asked, &library);
    does(&officer, "askAdvice", &other, &library);

    let mut partner = partner(&app, &club);
    let found = reviews(&mut partner);
    assert_eq!(found["totalCount"], 1, "{found}");
    let found = &found["nodes"][0];
    assert_eq!(found["id"], asked.as_str());
    assert_eq!(found["advice"][0]["number"], 1);
    assert_eq!(found["advice"][0]["question"], "Gibt es das schon?");
    assert_eq!(found["advice"][0]["organisation"]["name"], "Kulturverein");

    // What it was not asked for, and what is its own application, does not exist for it.
    let advice = "advice: 1, text: \"Ja, im Nachbarviertel.\", outcome: NEUTRAL";
    let absent = sends(
        &mut partner,
        "giveAdvice",
        "Y_____________________w",
        advice,
    );
    assert_eq!(absent[0]["code"], "UNKNOWN_ID", "{absent}");
    for review in [&other, &own] {
        assert_eq!(sends(&mut partner, "giveAdvice", review, advice), absent);
    }
    let of_others = sends(
        &mut partner,
        "giveAdvice",
        &asked,
        "advice: 2, text: \"Nein\"",
    );
    assert_eq!(
        (&of_others[0]["code"], &of_others[0]["field"]),
        (&json!("UNKNOWN_ID"), &json!("advice"))
    );
    for (mutation, input) in [
        ("correctReview", "title: \"Anders\", reason: \"Versuch\""),
        ("retractAdvice", "advice: 1, reason: \"Versuch\""),
        ("askAdvice", "question: \"Und Sie?\""),
    ] {
        let refused = sends(&mut partner, mutation, &asked, input);
        assert_eq!(refused[0]["code"], "NOT_ALLOWED", "{mutation}: {refused}");
    }

    assert_eq!(sends(&mut partner, "giveAdvice", &asked, advice), json!([]));
    let again = sends(&mut partner, "giveAdvice", &asked, advice);
    assert_eq!(again[0]["code"], "STATE_FORBIDS", "{again}");
    let read = officer.ask(
        "query($id: ID!) { projectReview(id: $id) { advice { number outcome text } }
            history(recordId: $id, last: 1) { nodes { type actor role } } }",
        &json!({ "id": asked }),
    );
    let given = json!({ "number": 1, "outcome": "NEUTRAL", "text": "Ja, im Nachbarviertel." });
    assert_eq!(read["projectReview"]["advice"][0], given);
    let event = json!({
        "type": "review.advice_given", "actor": partner.session()["account"], "role": "PARTNER_OFFICE",
    });
    assert_eq!(read["history"]["nodes"][0], event);

    // The invitation ends with the work on the review.
    assert_eq!(reviews(&mut partner)["totalCount"], 1);
    does(&officer, "withdrawReview", &asked, &json!({}));
    assert_eq!(reviews(&mut partner)["totalCount"], 0);
    assert_eq!(sends(&mut partner, "giveAdvice", &asked, advice), absent);
}
