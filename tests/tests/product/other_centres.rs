//! Records of another centre are answered like records that do not exist, in every mutation.

use querschnitt_tests::{App, Client};
use serde_json::{Value, json};

use crate::words::{account, command, consultation, request, with};

/// The ids of one record of each kind, in a centre of its own.
struct Book {
    organisation: String,
    consultation: String,
    network: String,
    planned: String,
    held: String,
    agreement: String,
    review: String,
}

fn book(office: &Client, centre: &str) -> Book {
    let done = |mutation: &str, record: &str, input: Value| {
        let input = with(input, &json!({ "commandId": command() }));
        let payload = office.done(mutation, &input, &format!("{record} {{ id }}"));
        payload[record]["id"].as_str().expect("an id").to_owned()
    };
    let organisation = json!({ "centre": centre, "name": "Verein", "kind": "SPORT" });
    let network = json!({
        "centre": centre, "name": "Runde", "bodyType": "WORKING_CIRCLE", "foundedOn": "2025-01-01",
    });
    let network = done("foundNetwork", "network", network);
    let meeting = |date: &str| json!({ "network": network, "date": date });
    let agreement = json!({ "network": network, "madeOn": "2026-03-01", "subject": "Etwas tun" });
    Book {
        organisation: done("registerOrganisation", "organisation", organisation),
        consultation: done(
            "recordConsultation",
            "consultation",
            with(consultation(), &json!({ "centre": centre })),
        ),
        planned: done("scheduleMeeting", "meeting", meeting("2026-05-01")),
        held: done("holdMeeting", "meeting", meeting("2026-03-01")),
        agreement: done("makeAgreement", "agreement", agreement),
        review: done(
            "requestReview",
            "review",
            with(request(), &json!({ "centre": centre })),
        ),
        network,
    }
}

/// An id of the same kind that belongs to no record.
fn nobodys(id: &str) -> String {
    format!("{}AAAAAAAA{}", &id[..6], &id[14..])
}

#[test]
fn an_id_of_another_centre_is_as_unknown_as_one_that_does_not_exist() {
    let app = App::start();
    let office = app.officer();
    let own = book(&office, "05711");
    let other = book(&app.with_role("KI_OFFICER", "05774"), "05774");
    let reason = "Versuch";
    let mut cases: Vec<(&str, &str, &String, Value)> = vec![
        (
            "renameOrganisation",
            "id",
            &other.organisation,
            json!({ "name": "Neu" }),
        ),
        (
            "describeOrganisation",
            "id",
            &other.organisation,
            json!({ "note": "Neu" }),
        ),
        (
            "setOrganisationRelation",
            "id",
            &other.organisation,
            json!({ "relation": "PARTNER" }),
        ),
        (
            "linkOrganisations",
            "id",
            &other.organisation,
            json!({ "sameAs": own.organisation, "reason": reason }),
        ),
        (
            "linkOrganisations",
            "sameAs",
            &other.organisation,
            json!({ "id": own.organisation, "reason": reason }),
        ),
        (
            "unlinkOrganisations",
            "id",
            &other.organisation,
            json!({ "sameAs": own.organisation, "reason": reason }),
        ),
        (
            "recordConsultation",
            "organisations[0]",
            &other.organisation,
            consultation(),
        ),
        (
            "recordConsultation",
            "links[0]",
            &other.consultation,
            consultation(),
        ),
        (
            "correctConsultation",
            "id",
            &other.consultation,
            json!({ "reason": reason, "numberAdvised": 3 }),
        ),
        (
            "correctConsultation",
            "organisations[0]",
            &other.organisation,
            json!({ "id": own.consultation, "reason": reason }),
        ),
        (
            "retractConsultation",
            "id",
            &other.consultation,
            json!({ "reason": reason }),
        ),
        (
            "linkConsultation",
            "id",
            &other.consultation,
            json!({ "to": own.agreement }),
        ),
        (
            "linkConsultation",
            "to",
            &other.agreement,
            json!({ "id": own.consultation }),
        ),
        (
            "unlinkConsultation",
            "id",
            &other.consultation,
            json!({ "to": own.agreement }),
        ),
        (
            "changeNetwork",
            "id",
            &other.network,
            json!({ "note": "Neu" }),
        ),
        (
            "addNetworkMember",
            "id",
            &other.network,
            json!({ "organisation": own.organisation }),
        ),
        (
            "addNetworkMember",
            "organisation",
            &other.organisation,
            json!({ "id": own.network }),
        ),
        (
            "removeNetworkMember",
            "id",
            &other.network,
            json!({ "organisation": own.organisation }),
        ),
        (
            "removeNetworkMember",
            "organisation",
            &other.organisation,
            json!({ "id": own.network }),
        ),
        ("closeNetwork", "id", &other.network, json!({})),
        (
            "scheduleMeeting",
            "network",
            &other.network,
            json!({ "date": "2026-05-02" }),
        ),
        (
            "rescheduleMeeting",
            "id",
            &other.planned,
            json!({ "date": "2026-05-03" }),
        ),
        ("holdMeeting", "id", &other.planned, json!({})),
        (
            "holdMeeting",
            "network",
            &other.network,
            json!({ "date": "2026-03-02" }),
        ),
        (
            "holdMeeting",
            "attendances[0].organisation",
            &other.organisation,
            json!({ "network": own.network, "date": "2026-03-02" }),
        ),
        (
            "correctMeeting",
            "id",
            &other.held,
            json!({ "reason": reason, "results": "Neu" }),
        ),
        (
            "cancelMeeting",
            "id",
            &other.planned,
            json!({ "reason": reason }),
        ),
        ("approveMinutes", "id", &other.held, json!({})),
        (
            "retractMeeting",
            "id",
            &other.held,
            json!({ "reason": reason }),
        ),
        (
            "makeAgreement",
            "network",
            &other.network,
            json!({ "madeOn": "2026-03-01", "subject": "Etwas tun" }),
        ),
        (
            "makeAgreement",
            "meeting",
            &other.held,
            json!({ "network": own.network, "madeOn": "2026-03-01", "subject": "Etwas tun" }),
        ),
        (
            "makeAgreement",
            "responsible",
            &other.organisation,
            json!({ "network": own.network, "madeOn": "2026-03-01", "subject": "Etwas tun" }),
        ),
        (
            "changeAgreement",
            "id",
            &other.agreement,
            json!({ "reason": reason, "subject": "Neu" }),
        ),
        (
            "changeAgreement",
            "responsible",
            &other.organisation,
            json!({ "id": own.agreement, "reason": reason }),
        ),
        ("fulfilAgreement", "id", &other.agreement, json!({})),
        (
            "dropAgreement",
            "id",
            &other.agreement,
            json!({ "reason": reason }),
        ),
    ];
    let reviewer = account(&office);
    let of_reviews = [
        ("assignReview", json!({ "reviewer": reviewer })),
        ("declareConflict", json!({})),
        ("askAdvice", json!({ "organisation": own.organisation })),
        ("giveAdvice", json!({ "advice": 1, "text": "Ja." })),
        ("completeStep", json!({})),
        ("retractStep", json!({ "step": 1, "reason": reason })),
        ("askClarification", json!({})),
        ("receiveClarification", json!({})),
        (
            "extendDeadline",
            json!({ "dueOn": "2026-06-01", "reason": reason }),
        ),
        (
            "scoreReview",
            json!({ "scores": [{ "criterion": "NEED" }] }),
        ),
        ("draftStatement", json!({ "outcome": "SUPPORTED" })),
        ("signStatement", json!({})),
        ("issueStatement", json!({})),
        ("supersedeStatement", json!({ "reason": reason })),
        ("withdrawReview", json!({})),
        (
            "declineReview",
            json!({ "outcome": "NOT_RESPONSIBLE", "reason": reason }),
        ),
        ("lapseReview", json!({})),
        (
            "recordFundingDecision",
            json!({ "decision": "APPROVED", "decidedOn": "2026-05-04" }),
        ),
        ("correctReview", json!({ "reason": reason, "note": "Neu" })),
        ("retractReview", json!({ "reason": reason })),
        ("correctEnding", json!({ "reason": reason })),
        ("reopenReview", json!({ "reason": reason })),
        (
            "retractAttachment",
            json!({ "attachment": 1, "reason": reason }),
        ),
        ("retractAdvice", json!({ "advice": 1, "reason": reason })),
        (
            "retractClarification",
            json!({ "clarification": 1, "reason": reason }),
        ),
    ];
    let of_reviews = of_reviews.map(|(mutation, rest)| (mutation, "id", &other.review, rest));
    cases.extend(of_reviews);
    cases.extend([
        (
            "requestReview",
            "applicant",
            &other.organisation,
            with(request(), &json!({ "applicantName": null })),
        ),
        (
            "correctReview",
            "applicant",
            &other.organisation,
            json!({ "id": own.review, "reason": reason }),
        ),
    ]);
    // A review is assigned before anybody is asked.
    let assigned = json!({ "commandId": command(), "id": own.review, "reviewer": reviewer });
    office.done("assignReview", &assigned, "review { id }");
    let asked = json!({ "id": own.review });
    cases.push(("askAdvice", "organisation", &other.organisation, asked));
    for (mutation, field, id, rest) in cases {
        let refusals = |id: &str| {
            let named = match field.split_once("[0]") {
                None => json!({ field: id }),
                Some((list, "")) => json!({ list: [id] }),
                Some((list, name)) => json!({ list: [{ &name[1..]: id, "headCount": 1 }] }),
            };
            let input = with(
                with(rest.clone(), &named),
                &json!({ "commandId": command() }),
            );
            office.send(mutation, &input, "__typename")["errors"].take()
        };
        let others = refusals(id);
        assert_eq!(others, refusals(&nobodys(id)), "{mutation} {field}");
        assert_eq!(
            others.as_array().map(Vec::len),
            Some(1),
            "{mutation} {field}: {others}"
        );
        assert_eq!(
            others[0]["code"], "UNKNOWN_ID",
            "{mutation} {field}: {others}"
        );
        assert_eq!(others[0]["field"], field, "{mutation} {field}: {others}");
    }
}
