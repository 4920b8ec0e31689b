//! Every mutation with every field it has, one life per kind of record; and the same with everything that can be wrong
//! tried first.

mod accounts;
mod agreements;
mod consultations;
mod letterheads;
mod meetings;
mod networks;
mod organisations;
mod reviews;
mod units;

use std::collections::BTreeSet;

use querschnitt_tests::App;

use crate::life::Office;
use crate::schema::Schema;

const LIVES: [fn(&mut Office); 9] = [
    accounts::live,
    agreements::live,
    consultations::live,
    letterheads::live,
    meetings::live,
    networks::live,
    organisations::live,
    reviews::live,
    units::live,
];

#[test]
fn every_mutation_is_done_with_every_field_it_has() {
    let app = App::start();
    let mut office = Office::new(&app);
    for live in LIVES {
        live(&mut office);
    }
    let schema = Schema::committed();
    let mut missing = Vec::new();
    for mutation in schema.mutations.keys() {
        let nothing = BTreeSet::new();
        let sent = office.sent.0.get(mutation).unwrap_or(&nothing);
        let mut fields = schema.paths(mutation);
        if ["scheduleMeeting", "rescheduleMeeting"].contains(&mutation.as_str()) {
            // One type for all agendas; what came out of an item is refused before the meeting took place.
            fields.retain(|path| {
                !path.starts_with("agenda.result") && !path.starts_with("agenda.vote")
            });
        }
        missing.extend(
            fields
                .difference(sent)
                .map(|path| format!("{mutation}: {path}")),
        );
    }
    assert!(
        missing.is_empty(),
        "never sent successfully; add it to the life of its record in tests/tests/product/lives/:\n{}",
        missing.join("\n")
    );
}

fn tried(live: fn(&mut Office)) {
    let app = App::start();
    live(&mut Office::hostile(&app));
}

#[test]
fn whatever_is_wrong_with_accounts_is_refused() {
    tried(accounts::live);
}

#[test]
fn whatever_is_wrong_with_agreements_is_refused() {
    tried(agreements::live);
}

#[test]
fn whatever_is_wrong_with_consultations_is_refused() {
    tried(consultations::live);
}

#[test]
fn whatever_is_wrong_with_letterheads_is_refused() {
    tried(letterheads::live);
}

#[test]
fn whatever_is_wrong_with_meetings_is_refused() {
    tried(meetings::live);
}

#[test]
fn whatever_is_wrong_with_networks_is_refused() {
    tried(networks::live);
}

#[test]
fn whatever_is_wrong_with_organisations_is_refused() {
    tried(organisations::live);
}

#[test]
fn whatever_is_wrong_with_reviews_is_refused() {
    tried(reviews::live);
}

#[test]
fn whatever_is_wrong_with_units_is_refused() {
    tried(units::live);
}
